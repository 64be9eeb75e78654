/** Long sessions to measure on, written straight into a history. */
import type { History } from '../../../src/history/history.ts';
import { type Item, ordinal, type ScreenshotRef, type SessionId } from '../../../src/protocol/transcript.ts';

/** Of four items one is a screenshot. */
export const ITEMS_PER_TURN = 4;

const SENTENCE = 'The list was loaded, sorted by date, and its third entry opened in a new tab. ';
const CODE =
  '\n```ts\nconst total = rows.reduce((sum, row) => sum + row.amount, 0);\nconsole.log(total);\n```\n';
const LIST = '\n- first the **name**\n- then the `address`\n- at last the [page](https://example.org/)\n';
const TABLE = '\n| day | visits |\n| --- | ---: |\n| Monday | 120 |\n| Tuesday | 98 |\n';

/** Words that stand in one item of a session only, for searches. */
export const rareWord = (place: number) => `needle${place}`;

/**
 * Adds a session of prompts, answers in Markdown of several lengths, actions and screenshots.
 *
 * @param images - the screenshots to show, one after the other
 */
export function seedSession(
  history: History,
  title: string,
  count: number,
  images: readonly ScreenshotRef[],
): SessionId {
  const start = Date.now() - count * 1_000;
  const { id } = history.createSession({ title, now: start, provider: 'anthropic', computer: 'browser' });
  history.transaction(() => {
    for (let place = 0; place < count; place += 1) {
      history.appendItem(id, itemAt(place, start + place * 1_000, images));
    }
  });
  return id;
}

/** An item of such a session. Rows of the same kind differ in height, as they do in life. */
function itemAt(place: number, at: number, images: readonly ScreenshotRef[]): Item {
  const turn = Math.floor(place / ITEMS_PER_TURN);
  const base = { ordinal: ordinal(place), at };
  switch (place % ITEMS_PER_TURN) {
    case 0:
      return { ...base, kind: 'user', text: `Prompt ${turn}: please take the next step of the task.` };
    case 1:
      return { ...base, kind: 'answer', text: answer(place, turn), state: 'complete' };
    case 2:
      return {
        ...base,
        kind: 'action',
        toolset: 'browser',
        member: 'left_click',
        summary: `Click at (${100 + (turn % 900)}, 300)`,
        input: `{\n  "target": {\n    "type": "coordinate",\n    "x": ${100 + (turn % 900)},\n    "y": 300\n  }\n}`,
        points: [{ x: 100 + (turn % 900), y: 300 }],
        before: turn === 0 ? null : imageAt(images, turn - 1),
        state: { status: 'done', durationMs: 120, result: resultOf(turn) },
      };
    default:
      return {
        ...base,
        kind: 'screenshot',
        image: imageAt(images, turn),
        scope: 'screen',
        caption: `Screenshot ${turn} · Example · https://example.org/`,
      };
  }
}

/** Now and then an action has read a page: its result is as long as one is shown. */
function resultOf(turn: number): string {
  return turn % 8 === 5 ? SENTENCE.repeat(100).slice(0, 4_000) : 'Clicked.';
}

function answer(place: number, turn: number): string {
  const extra = [CODE, LIST, TABLE, ''][turn % 4] ?? '';
  return `### Step ${turn}\n\n${SENTENCE.repeat(1 + (turn % 7))}${rareWord(place)}.\n${extra}`;
}

function imageAt(images: readonly ScreenshotRef[], turn: number): ScreenshotRef {
  const image = images[turn % images.length];
  if (!image) throw new Error('A sample session needs a screenshot.');
  return image;
}
