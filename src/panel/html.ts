export interface ShellOptions {
  /** `webview.cspSource`: where the extension's own files come from. */
  readonly cspSource: string;
  /** Fresh for each page; base64 or base64url. */
  readonly nonce: string;
  readonly scriptUri: string;
  readonly styleUri: string;
  readonly title: string;
  /** A BCP 47 language tag; English when absent. */
  readonly language?: string;
  /** Translations for the page, which it finds as JSON in the element `strings`. */
  readonly strings?: Readonly<Record<string, string>>;
}

/**
 * The page a panel starts with: an empty root, one script, one style sheet. Its policy lets nothing else in: no inline
 * code or style, no connection, no frame, no image from elsewhere, whatever a transcript may contain.
 */
export function renderShell(options: ShellOptions): string {
  const { cspSource, nonce, scriptUri, styleUri, title, language = 'en', strings } = options;
  const policy = [
    `default-src 'none'`,
    `img-src ${cspSource}`,
    `font-src ${cspSource}`,
    `style-src ${cspSource}`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escapeAttribute(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeAttribute(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeAttribute(title)}</title>
<link rel="stylesheet" href="${escapeAttribute(styleUri)}">
</head>
<body>
<div id="root"></div>${strings ? renderStrings(strings) : ''}
<script nonce="${escapeAttribute(nonce)}" src="${escapeAttribute(scriptUri)}"></script>
</body>
</html>
`;
}

/** A data block, which is no code to the browser. Without `<` in it, nothing can end it early. */
function renderStrings(strings: Readonly<Record<string, string>>): string {
  const json = JSON.stringify(strings).replaceAll('<', '\\u003c');
  return `\n<script type="application/json" id="strings">${json}</script>`;
}

/** Makes `text` safe in a double-quoted attribute and in element content. */
function escapeAttribute(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
