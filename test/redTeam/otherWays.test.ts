/** Real pages where what is done has consequences by another way than a button that says so: asked about all the same. */
import { expect, test } from 'vitest';
import { judge } from '../../src/agent/approvals/policy.ts';
import { useBrowser } from '../computer/browser/browsing.ts';
import { at } from '../computer/browser/harness.ts';
import { CIRCUMSTANCES } from '../support/circumstances.ts';

const { server, harness, ref } = useBrowser('consequences.html', {
  members: ['javascript_exec'],
  confirm: async () => true,
});

const SVG = '<svg width="40" height="40"><rect width="40" height="40"/></svg>';
const WIDE = 'style="width: 60px; height: 60px"';

/** Puts that in the page's corner. */
async function show(html: string): Promise<void> {
  const style =
    'position: fixed; left: 600px; top: 410px; width: 60px; height: 60px; z-index: 9; background: white; font: 30px sans-serif';
  const text = `const cell = document.createElement('div'); cell.style = ${JSON.stringify(style)};
    cell.innerHTML = ${JSON.stringify(html)}; document.body.append(cell); 0`;
  expect(await harness.call('javascript_exec', { text })).not.toMatchObject({ isError: true });
}

/** Why the user is asked about a call, by default a click in that corner; undefined where they are not. */
async function because(member = 'left_click', input: object = { target: at(620, 430) }) {
  const signal = new AbortController().signal;
  const targets = await harness.computer.describeTarget?.({ name: member, input }, signal);
  expect(targets).toBeDefined();
  return judge({ toolset: 'browser', member, input, targets }, CIRCUMSTANCES)?.because;
}

test.each([
  ['its class', `<button class="btn x7Q fa-trash" ${WIDE}></button>`, 'delete'],
  [
    'the class of what is in it',
    `<button ${WIDE}><i class="icon iconPaperPlane">${SVG}</i></button>`,
    'send',
  ],
  [
    'what it draws',
    `<button ${WIDE}><svg width="40" height="40"><use href="#trash"/><rect width="40" height="40"/></svg></button>`,
    'delete',
  ],
  [
    'the title of a drawing',
    `<button ${WIDE}><svg width="40" height="40"><title>Delete</title><rect width="40" height="40"/></svg></button>`,
    'delete',
  ],
  ['the title of what is in it', `<button ${WIDE}><i title="Buy"></i></button>`, 'pay'],
  [
    'the file of its picture',
    `<button ${WIDE}><img src="/a/delete-2.png?x" width="40" height="40"></button>`,
    'delete',
  ],
  ['its value', `<button name="do" value="deleteRow" ${WIDE}>&#xe872;</button>`, 'delete'],
  ['a sign', `<button ${WIDE}>🗑️</button>`, 'delete'],
  ['its class, on a link', `<a href="#x" class="delete_item">${SVG}</a>`, 'delete'],
  [
    'its class, where only the pointer tells that it can be clicked',
    `<div style="cursor: pointer"><i class="trash">${SVG}</i></div>`,
    'delete',
  ],
  [
    'the form that it sends, with a message',
    `<form><textarea style="width: 1px; height: 1px; position: absolute"></textarea><button class="x" ${WIDE}>${SVG}</button></form>`,
    'send',
  ],
  [
    'the form that it sends, with a message, whatever its fields are called',
    `<form><input name="querySelector" type="hidden"><input name="method" type="hidden"><textarea style="width: 1px; height: 1px; position: absolute"></textarea><button class="x" ${WIDE}>${SVG}</button></form>`,
    'send',
  ],
  [
    'the form that it sends, which changes something',
    `<form method="post"><input name="method" value="get" type="hidden"><button ${WIDE}>${SVG}</button></form>`,
    'submit',
  ],
  [
    'the form that it sends, with a password',
    `<form><input type="password" style="width: 1px; position: absolute"><button ${WIDE}>${SVG}</button></form>`,
    'password-form',
  ],
  // And what nobody has to be asked about.
  ['nothing', `<button class="css-1x2y3z" ${WIDE}>${SVG}</button>`, undefined],
  [
    'that it searches',
    `<form><input type="search" style="width: 1px; position: absolute"><button class="search-submit" ${WIDE}>${SVG}</button></form>`,
    undefined,
  ],
  ['words, which count', `<form method="post"><button class="trash" ${WIDE}>Bold</button></form>`, undefined],
  [
    'a class beside it',
    `<div style="display: flex"><span class="x">${SVG}</span><span class="trash"></span></div>`,
    undefined,
  ],
  ['that it cannot be clicked', `<div class="send-money-page">${SVG}</div>`, undefined],
])('what has no words is asked about by %s', async (_what, html, expected) => {
  await show(html);
  expect(await because()).toBe(expected);
});

test.each([
  ['Delete', 'delete'],
  ['#', 'delete'],
  ['j', undefined],
  ['BackSpace', undefined],
])('the key %s, with no field below it: %s', async (text, expected) => {
  expect(await because('key', { text })).toBe(expected);
});

test.each([
  ['Hello\n', 'send'],
  ['Hello', undefined],
])('filling in %j where Enter sends: %s', async (value, expected) => {
  const sends = `<div id="box" contenteditable role="textbox" aria-label="Message to Ada"
    onkeydown="if (event.key === 'Enter') document.title = 'sent'" style="width: 60px; height: 40px"></div>`;
  await harness.call('navigate', { url: `${server.url}typing.html` }); // the other page tampers with what fills in
  await show(sends);
  const input = { target: await ref('Message to Ada'), value };
  expect(await because('form_input', input)).toBe(expected);
  // What nobody is asked about sends nothing.
  await harness.call('form_input', input);
  const { text } = await harness.call('javascript_exec', { text: 'document.title' });
  expect(text.includes('sent')).toBe(expected === 'send');
});

test('the space bar by another name is the space bar', async () => {
  await harness.call('key', { text: 'Tab' });
  for (const text of ['space', 'U0020']) expect(await because('key', { text })).toBe('pay');
});
