import type { PersistedViewState } from '../protocol/messages.ts';

export interface ShellOptions {
  /** `webview.cspSource`: where the extension's own files come from. */
  readonly cspSource: string;
  /** Fresh for each document; base64 or base64url. */
  readonly nonce: string;
  readonly scriptUri: string;
  readonly styleUri: string;
  readonly title: string;
  /** Where to begin when VS Code has kept nothing for the document; it can be read from the root's `data-view-state`. */
  readonly viewState: PersistedViewState | undefined;
}

/**
 * The document a panel starts with: an empty root, one script, one style sheet. Its policy lets nothing else in: no
 * inline code or style, no connection, no frame, no image from elsewhere, whatever a transcript may contain.
 */
export function renderShell(options: ShellOptions): string {
  const { cspSource, nonce, scriptUri, styleUri, title, viewState } = options;
  const policy = [
    `default-src 'none'`,
    `img-src ${cspSource}`,
    `font-src ${cspSource}`,
    `style-src ${cspSource}`,
    `script-src 'nonce-${nonce}'`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  const state = viewState ? ` data-view-state="${escapeAttribute(JSON.stringify(viewState))}"` : '';
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeAttribute(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeAttribute(title)}</title>
<link rel="stylesheet" href="${escapeAttribute(styleUri)}">
</head>
<body>
<div id="root"${state}></div>
<script nonce="${escapeAttribute(nonce)}" src="${escapeAttribute(scriptUri)}"></script>
</body>
</html>
`;
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
