/** Real pages whose buttons say nothing: what they do is asked about all the same, as far as it can be told. */
import { expect, test } from 'vitest';
import { judge } from '../../src/agent/approvals/policy.ts';
import { useBrowser } from '../computer/browser/browsing.ts';
import { at } from '../computer/browser/harness.ts';
import { CIRCUMSTANCES } from '../support/circumstances.ts';

const { harness } = useBrowser('consequences.html', {
  members: ['javascript_exec'],
  confirm: async () => true,
});

const SVG = '<svg width="40" height="40"><rect width="40" height="40"/></svg>';
const WIDE = 'style="width: 60px; height: 60px"';

/** Why the user is asked about a click in the middle of what the page has in its corner; undefined where they are not. */
async function because(html: string, member = 'left_click', input: object = { target: at(620, 430) }) {
  const style =
    'position: fixed; left: 600px; top: 410px; width: 60px; height: 60px; z-index: 9; background: white; font: 30px sans-serif';
  const text = `document.querySelector('#cell')?.remove(); const cell = document.createElement('div'); cell.id = 'cell';
    cell.style = ${JSON.stringify(style)}; cell.innerHTML = ${JSON.stringify(html)}; document.body.append(cell); 0`;
  expect(await harness.call('javascript_exec', { text })).not.toMatchObject({ isError: true });
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
  expect(await because(html)).toBe(expected);
});

test.each([
  ['Delete', 'delete'],
  ['#', 'delete'],
  ['j', undefined],
  ['BackSpace', undefined],
])('the key %s, with no field below it: %s', async (text, expected) => {
  expect(await because('', 'key', { text })).toBe(expected);
});
