/** Enough of VS Code's theme variables to judge the webview by, in its three kinds of theme. */
export type ThemeName = 'dark' | 'light' | 'high-contrast';

interface Theme {
  /** The class VS Code puts on the body. */
  readonly className: string;
  readonly variables: Readonly<Record<string, string>>;
}

const FONTS = {
  'font-family': 'system-ui, "Segoe UI", Ubuntu, "Droid Sans", sans-serif',
  'font-size': '13px',
  'editor-font-family': '"DejaVu Sans Mono", monospace',
  'editor-font-size': '12px',
};

export const THEMES: Readonly<Record<ThemeName, Theme>> = {
  dark: {
    className: 'vscode-dark',
    variables: {
      ...FONTS,
      foreground: '#cccccc',
      descriptionForeground: '#9d9d9d',
      errorForeground: '#f85149',
      focusBorder: '#0078d4',
      'icon-foreground': '#cccccc',
      'editor-background': '#1f1f1f',
      'editor-findMatchBackground': '#9e6a03',
      'editor-findMatchHighlightBackground': '#ea5c0055',
      'editor-rangeHighlightBackground': '#ffffff0b',
      'editor-foreground': '#cccccc',
      'editorWidget-background': '#202020',
      'editorWarning-foreground': '#cca700',
      'editorError-foreground': '#f14c4c',
      'editorInfo-foreground': '#3794ff',
      'widget-border': '#313131',
      'widget-shadow': '#0000005c',
      'panel-border': '#2b2b2b',
      'input-background': '#313131',
      'input-foreground': '#cccccc',
      'input-border': '#3c3c3c',
      'input-placeholderForeground': '#989898',
      'inputOption-activeBackground': '#2489db82',
      'inputOption-activeBorder': '#2488db',
      'inputOption-activeForeground': '#ffffff',
      'inputValidation-warningBackground': '#352a05',
      'inputValidation-warningBorder': '#b89500',
      'button-background': '#0078d4',
      'button-foreground': '#ffffff',
      'button-hoverBackground': '#026ec1',
      'button-border': '#ffffff12',
      'button-secondaryBackground': '#313131',
      'button-secondaryForeground': '#cccccc',
      'button-secondaryHoverBackground': '#3c3c3c',
      'list-hoverBackground': '#2a2d2e',
      'toolbar-hoverBackground': '#5a5d5e50',
      'progressBar-background': '#0078d4',
      'textLink-foreground': '#4daafc',
      'textLink-activeForeground': '#4daafc',
      'textCodeBlock-background': '#2b2b2b',
      'textPreformat-foreground': '#d0d0d0',
      'textPreformat-background': '#3c3c3c',
      'textBlockQuote-background': '#2b2b2b',
      'textBlockQuote-border': '#616161',
      'textSeparator-foreground': '#21262d',
      'chat-requestBubbleBackground': '#264f784d',
      'chat-requestBorder': '#ffffff1a',
      'tree-indentGuidesStroke': '#585858',
      'debugIcon-stopForeground': '#f48771',
      'testing-iconPassed': '#73c991',
    },
  },
  light: {
    className: 'vscode-light',
    variables: {
      ...FONTS,
      foreground: '#3b3b3b',
      descriptionForeground: '#3b3b3bb3',
      errorForeground: '#f85149',
      focusBorder: '#005fb8',
      'icon-foreground': '#3b3b3b',
      'editor-background': '#ffffff',
      'editor-findMatchBackground': '#a8ac94',
      'editor-findMatchHighlightBackground': '#ea5c0055',
      'editor-rangeHighlightBackground': '#fdff0033',
      'editor-foreground': '#3b3b3b',
      'editorWidget-background': '#f8f8f8',
      'editorWarning-foreground': '#bf8803',
      'editorError-foreground': '#e51400',
      'editorInfo-foreground': '#1a85ff',
      'widget-border': '#e5e5e5',
      'widget-shadow': '#00000029',
      'panel-border': '#e5e5e5',
      'input-background': '#ffffff',
      'input-foreground': '#3b3b3b',
      'input-border': '#cecece',
      'input-placeholderForeground': '#767676',
      'inputOption-activeBackground': '#bed6ed',
      'inputOption-activeBorder': '#005fb8',
      'inputOption-activeForeground': '#000000',
      'inputValidation-warningBackground': '#f6f5d2',
      'inputValidation-warningBorder': '#b89500',
      'button-background': '#005fb8',
      'button-foreground': '#ffffff',
      'button-hoverBackground': '#0258a8',
      'button-border': '#0000001a',
      'button-secondaryBackground': '#e5e5e5',
      'button-secondaryForeground': '#3b3b3b',
      'button-secondaryHoverBackground': '#cccccc',
      'list-hoverBackground': '#f2f2f2',
      'toolbar-hoverBackground': '#b8b8b850',
      'progressBar-background': '#005fb8',
      'textLink-foreground': '#005fb8',
      'textLink-activeForeground': '#005fb8',
      'textCodeBlock-background': '#f8f8f8',
      'textPreformat-foreground': '#3b3b3b',
      'textPreformat-background': '#0000001f',
      'textBlockQuote-background': '#f8f8f8',
      'textBlockQuote-border': '#e5e5e5',
      'textSeparator-foreground': '#21262d',
      'chat-requestBubbleBackground': '#add6ff40',
      'chat-requestBorder': '#0000001a',
      'tree-indentGuidesStroke': '#a9a9a9',
      'debugIcon-stopForeground': '#a1260d',
      'testing-iconPassed': '#73c991',
    },
  },
  'high-contrast': {
    className: 'vscode-high-contrast',
    variables: {
      ...FONTS,
      foreground: '#ffffff',
      descriptionForeground: '#ffffffb3',
      errorForeground: '#f48771',
      contrastBorder: '#6fc3df',
      contrastActiveBorder: '#f38518',
      focusBorder: '#f38518',
      'icon-foreground': '#ffffff',
      'editor-background': '#000000',
      'editor-foreground': '#ffffff',
      'editorWidget-background': '#0c141f',
      'editorWarning-foreground': '#ffd370',
      'editorError-foreground': '#f48771',
      'editorInfo-foreground': '#3794ff',
      'widget-border': '#6fc3df',
      'panel-border': '#6fc3df',
      'input-background': '#000000',
      'input-foreground': '#ffffff',
      'input-border': '#6fc3df',
      'input-placeholderForeground': '#ffffffb3',
      'inputOption-activeBackground': '#00000000',
      'inputOption-activeBorder': '#f38518',
      'inputOption-activeForeground': '#ffffff',
      'button-background': '#000000',
      'button-foreground': '#ffffff',
      'button-border': '#6fc3df',
      'button-secondaryForeground': '#ffffff',
      'progressBar-background': '#6fc3df',
      'textLink-foreground': '#21a6ff',
      'textLink-activeForeground': '#21a6ff',
      'textCodeBlock-background': '#000000',
      'textPreformat-foreground': '#000000',
      'textPreformat-background': '#ffffff',
      'textBlockQuote-border': '#ffffff',
      'textSeparator-foreground': '#000000',
      'tree-indentGuidesStroke': '#a9a9a9',
      'debugIcon-stopForeground': '#f48771',
      'testing-iconPassed': '#73c991',
    },
  },
};

/** The style sheet VS Code would put on the page: the variables, and its own defaults for elements. */
export function themeCss(name: ThemeName): string {
  const lines = Object.entries(THEMES[name].variables).map(([key, value]) => `--vscode-${key}: ${value};`);
  return `:root { ${lines.join('\n')} }\n${DEFAULTS}`;
}

const DEFAULTS = `
  body { margin: 0; padding: 0 20px; color: var(--vscode-editor-foreground); }
  img, video { max-width: 100%; max-height: 100%; }
  code {
    color: var(--vscode-textPreformat-foreground);
    background-color: var(--vscode-textPreformat-background);
    padding: 1px 3px;
    border-radius: 4px;
  }
  blockquote {
    background: var(--vscode-textBlockQuote-background);
    border-color: var(--vscode-textBlockQuote-border);
  }
`;
