/** The text that rendered Markdown shows, without the words of its controls. @param html - from `createMarkdown` */
export function textOf(html: string): string {
  // Nothing in a template is loaded or shown.
  const template = document.createElement('template');
  template.innerHTML = html;
  for (const bar of template.content.querySelectorAll('.md-code-bar')) bar.remove();
  return template.content.textContent ?? '';
}

/** The code that a rendered block of code shows. @param html - from `createMarkdown` */
export function codeOf(html: string): string {
  const template = document.createElement('template');
  template.innerHTML = html;
  return template.content.querySelector('pre > code')?.textContent ?? '';
}
