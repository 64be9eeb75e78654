/** What somebody writes who wants the panel to run, load or show something else. */

/** @param server - where a request would be seen, without a slash at its end */
export function hostileMarkup(server: string): readonly string[] {
  return [
    `<script>window.pwned = 'script'</script><script src="${server}/s.js"></script>`,
    `<img src="${server}/i.png" onerror="window.pwned = 'onerror'"><img src=x onerror=window.pwned=1>`,
    `<svg onload="window.pwned = 'svg'"><use href="${server}/u.svg#x"/><script>window.pwned=1</script></svg>`,
    `<math><mtext><table><mglyph><style><img src=x onerror=window.pwned=1></style></mglyph></table></mtext></math>`,
    `<style>@import url(${server}/c.css); body { background: url(${server}/b.png); display: none }</style>`,
    `<link rel=stylesheet href=${server}/l.css><meta http-equiv=refresh content="0;url=${server}/m"><base href=${server}/>`,
    `<iframe src="${server}/f" srcdoc="<script>parent.pwned=1</script>"></iframe><object data=${server}/o></object>`,
    `<form action=${server}/form><input autofocus onfocus=window.pwned=1><button formaction=javascript:pwned=1>x</button></form>`,
    `<a href="javascript:window.pwned=1">a</a><a href="command:workbench.action.quit">b</a>`,
    `<details open ontoggle=window.pwned=1><video><source onerror=window.pwned=1></video></details>`,
    `</div></body></html><body onload=window.pwned=1>`,
    `[run](command:workbench.action.quit) [js](javascript:window.pwned=1) [JS](JaVaScRiPt:pwned=1) [tab](java\tscript:pwned=1)`,
    `[entity](&#106;avascript:pwned=1) [entity2](javascript&colon;pwned=1) [space]( javascript:pwned=1) [vb](vbscript:x)`,
    `[data](data:text/html,<script>pwned=1</script>) [file](file:///etc/passwd) [code](vscode://x/y) [blob](blob:x)`,
    `[res](vscode-resource:/etc/passwd) [wv](vscode-webview://x/) [rel](//elsewhere.test/x) [path](/etc/passwd) [hash](#x)`,
    `<javascript:pwned=1> <command:workbench.action.quit> <data:text/html,x> <file:///etc/passwd>`,
    `![pixel](${server}/pixel.png) ![data](data:image/svg+xml,<svg onload=pwned=1>) ![c](command:x)`,
    `[title](http://safe.test "x\\" onmouseover=\\"window.pwned=1") [quote](http://safe.test/"onclick="pwned=1)`,
    `[ref]: javascript:pwned=1\n[ref]\n\n[^1]: <script>pwned=1</script>`,
    `\`\`\`"><img src=x onerror=window.pwned=1>\n<script>pwned=1</script>\n\`\`\``,
    `|<script>pwned=1</script>|b|\n|:-:|"onload=pwned=1|\n|<img src=${server}/t.png>|[x](command:y)|`,
    `javascript:pwned=1 command:workbench.action.quit http://safe.test/<script>pwned=1</script>`,
    '{{constructor.constructor("window.pwned=1")()}} <%= pwned %>',
    '\u202Egnp.exe\u202C \u2066x\u2069 a\u200Bb\u200D\uFEFF \u{E0041}\u{E0042} \u0000 \u001B]0;title\u0007 \uD800',
    'ملف\u202Etxt.exe.pdf شرح pаypаl.com ‮evil',
  ];
}

/** One text of all of it. */
export const allMarkup = (server: string): string => hostileMarkup(server).join('\n\n');

/** Texts that take a careless renderer forever, or its stack. */
export const BOMBS: Readonly<Record<string, string>> = {
  'a line of 10 MB': 'x'.repeat(10 * 1024 * 1024),
  'a line of 2 MB of words': 'word '.repeat(400 * 1024),
  '10,000 quotes in each other': `${'>'.repeat(10_000)} x`,
  '10,000 quotes with spaces': `${'> '.repeat(10_000)}x`,
  '10,000 lists in each other': `${'- '.repeat(10_000)}x`,
  '1,000 lists by indentation': Array.from({ length: 1_000 }, (_, at) => `${'  '.repeat(at)}- x`).join('\n'),
  '10,000 levels of emphasis': `${'*'.repeat(10_000)}x${'*'.repeat(10_000)}`,
  '10,000 emphases begun': '*a **b '.repeat(10_000),
  '10,000 underscores and stars': '_*'.repeat(10_000),
  '10,000 brackets': `${'['.repeat(10_000)}x${']'.repeat(10_000)}`,
  '10,000 links begun': '[a]('.repeat(10_000),
  '10,000 images begun': '![a]('.repeat(10_000),
  '10,000 parentheses': `[a](${'('.repeat(10_000)}x${')'.repeat(10_000)})`,
  '10,000 backticks': Array.from({ length: 400 }, (_, at) => '`'.repeat(at)).join('x'),
  '10,000 angle brackets': '<'.repeat(10_000),
  '10,000 entities': '&#x41;&amp;&nosuch;'.repeat(10_000),
  'definitions that refer to each other': Array.from(
    { length: 5_000 },
    (_, at) => `[r${at}]: [r${at + 1}]`,
  ).join('\n'),
  'references to one definition': `[r]: http://x.test/${'y'.repeat(5_000)}\n\n${'[r] '.repeat(20_000)}`,
  'a table of 200 columns and 500 rows': `${'|a'.repeat(200)}|\n${'|-'.repeat(200)}|\n${`${'|x'.repeat(200)}|\n`.repeat(500)}`,
  'addresses without an end': `http://${'a.'.repeat(20_000)}`,
  '10,000 strikes': '~~'.repeat(10_000),
  '10,000 lines that could be headings': 'x\n=\n'.repeat(10_000),
  'spaces without an end': `a${' '.repeat(200_000)}b`,
};
