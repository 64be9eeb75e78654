/** Made-up sessions to look at and to scroll through. Deterministic. */
import {
  type Item,
  type NewItem,
  ordinal,
  type ScreenshotRef,
  type SessionId,
  sessionId,
} from '../../../src/protocol/transcript.ts';

export const SAMPLE_SESSION: SessionId = sessionId('00000000-0000-4000-8000-000000000001');

/** When the first item was appended; the others follow a second apart. */
const STARTED_AT = Date.UTC(2030, 0, 1, 12);

/** Gives items their places and times. */
export function place(items: readonly NewItem[], first = 0): Item[] {
  return items.map((item, index) => placeOne(item, first + index));
}

/** Gives one item its place and time. */
export function placeOne(item: NewItem, at: number): Item {
  return { ...item, ordinal: ordinal(at), at: STARTED_AT + at * 1000 } as Item;
}

const ANSWER = `The order went through. Here is what the page shows now:

| Item | Size | Price |
| --- | :---: | ---: |
| Flat white | regular | 3.80 € |
| Oat milk | – | 0.50 € |
| **Total** | | **4.30 €** |

1. I opened the menu at <http://127.0.0.1:8123/cafe>.
2. I picked *Flat white* and set the milk to \`oat\`.
3. I pressed **Order**.

The confirmation can be fetched again like this:

\`\`\`bash
curl --silent http://127.0.0.1:8123/cafe/orders/17 | jq '.total'
\`\`\`

> The café says it takes about five minutes. See [the order](http://127.0.0.1:8123/cafe/orders/17).`;

const HOSTILE = `Links that must not work: [run](command:workbench.action.quit), [js](javascript:alert(1)),
[file](file:///etc/passwd). An image: ![a tracking pixel](https://example.com/pixel.png) and <b onclick="x()">HTML</b>.`;

const THOUGHTS = `The menu is on screen. I should pick **Flat white** first and then look for the milk option.

The total is only shown after the order, so I need a screenshot at the end.`;

/** One of everything, with every state that stays. */
export function richSession(image: ScreenshotRef): NewItem[] {
  const action = { kind: 'action', toolset: 'browser', points: [], before: null } as const;
  return [
    { kind: 'user', text: 'Order a flat white with oat milk at the café and tell me the total.' },
    { kind: 'thinking', text: THOUGHTS, state: 'complete', durationMs: 3200 },
    { kind: 'answer', text: 'I will open the café page and have a look at the menu.', state: 'complete' },
    {
      ...action,
      member: 'navigate',
      summary: 'Go to http://127.0.0.1:8123/cafe',
      input: '{\n  "url": "http://127.0.0.1:8123/cafe"\n}',
      state: { status: 'done', durationMs: 840, result: 'Loaded "Corner Café".' },
    },
    { kind: 'screenshot', image, scope: 'screen', caption: 'Corner Café – http://127.0.0.1:8123/cafe' },
    {
      ...action,
      member: 'left_click',
      summary: 'Click at (318, 292)',
      input: '{\n  "coordinate": [318, 292]\n}',
      points: [{ x: 318, y: 292 }],
      before: image,
      state: { status: 'done', durationMs: 412, result: 'Clicked.' },
    },
    {
      ...action,
      member: 'left_click_drag',
      summary: 'Drag from (220, 470) to (560, 500)',
      input: '{}',
      points: [
        { x: 220, y: 470 },
        { x: 560, y: 500 },
      ],
      before: image,
      state: { status: 'done', durationMs: 1312, result: 'Dragged.' },
    },
    {
      ...action,
      member: 'type',
      summary: 'Type “oat milk, please”',
      input: '{\n  "text": "oat milk, please"\n}',
      state: { status: 'done', durationMs: 95, result: 'Typed.' },
    },
    {
      ...action,
      member: 'find',
      summary: 'Find “the order button”',
      input: '{}',
      state: { status: 'failed', durationMs: 2010, error: 'Nothing on the page matches “the order button”.' },
    },
    {
      ...action,
      member: 'key',
      summary: 'Press “Enter”',
      input: '{}',
      state: { status: 'skipped', reason: 'An earlier action of the same turn failed.' },
    },
    {
      kind: 'notice',
      severity: 'info',
      text: 'The page asked “Leave this site?”. It was answered with Cancel.',
      detail: '',
      until: null,
      actions: [],
    },
    {
      kind: 'notice',
      severity: 'warning',
      text: 'The connection was lost; the turn was resumed.',
      detail: 'ECONNRESET after 12 events of the stream.',
      until: null,
      actions: ['continue'],
    },
    {
      kind: 'notice',
      severity: 'error',
      text: 'The API key was refused.',
      detail: '401 authentication_error: invalid x-api-key',
      until: null,
      actions: ['set-api-key', 'retry'],
    },
    { kind: 'answer', text: ANSWER, state: 'complete' },
    { kind: 'user', text: 'Thanks! Now show me something hostile.\nOn two lines.' },
    { kind: 'answer', text: HOSTILE, state: 'interrupted' },
  ];
}

/** `count` items that differ in kind and height. */
export function longSession(count: number, image: ScreenshotRef): NewItem[] {
  const rich = richSession(image);
  return Array.from({ length: count }, (_, index): NewItem => {
    if (index % 20 === 0)
      return { kind: 'user', text: `Prompt ${index / 20 + 1}: go on with the next table.` };
    if (index % 20 === 19) {
      const sentence = 'That part is done and everything on the page is as it should be. ';
      return {
        kind: 'answer',
        text: `**Item ${index}.** ${sentence.repeat(1 + (index % 7))}`,
        state: 'complete',
      };
    }
    return rich[1 + (index % 9)] ?? { kind: 'user', text: `Item ${index}` };
  });
}
