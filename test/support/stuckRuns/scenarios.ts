/** The runs that are recorded: what a model does in them, turn by turn. */
import type { ScriptedBlock } from '../../../src/agent/demo/script.ts';
import type { Step } from '../../../src/agent/stuck/step.ts';
import { act, click, screenshot } from '../../agent/support/host.ts';
import type { Recording } from './recording.ts';

/** Where a run takes place. */
export interface Place {
  /** Of the test pages, ending in a slash. */
  readonly url: string;
  /** The folder that commands run in. */
  readonly work: string;
}

/** The calls of a turn, or what makes them of the calls so far. */
export type Turn = readonly ScriptedBlock[] | ((steps: readonly Step[]) => readonly ScriptedBlock[]);

export interface Scenario extends Pick<Recording, 'name' | 'kind' | 'about'> {
  readonly on: 'browser' | 'desktop' | 'tools';
  readonly turns: (place: Place) => readonly Turn[];
}

const times = (count: number, turns: (n: number) => readonly Turn[]): readonly Turn[] =>
  Array.from({ length: count }, (_, n) => turns(n)).flat();

const wait = (seconds = 1) => act('wait', { duration: seconds });
const key = (text: string) => act('key', { text });
const type = (text: string) => act('type', { text });
const target = (x: number, y: number) => ({ type: 'coordinate', x, y });
const scroll = (direction: string, amount = 5) =>
  act('scroll', { target: target(640, 400), scroll_direction: direction, scroll_amount: amount });
const drag = (x: number, y: number, toX: number, toY: number) =>
  act('left_click_drag', { from: target(x, y), target: target(toX, toY) });
const open = ({ url }: Place, show: string): Turn => [
  act('navigate', { url: `${url}runs.html?show=${show}` }),
  screenshot,
];
const bash = (command: string): ScriptedBlock => ({ type: 'tool', name: 'bash', input: { command } });
const edit = (input: Readonly<Record<string, unknown>>): ScriptedBlock => ({
  ...{ type: 'tool', name: 'str_replace_based_edit_tool' },
  input,
});

/** Of a desktop, whose toolset has other inputs. */
const onDesktop = (member: string, input: Readonly<Record<string, unknown>> = {}): ScriptedBlock => ({
  ...{ type: 'action', toolset: 'computer' },
  ...{ member, input },
});
const look = onDesktop('screenshot');
const clickAt = (x: number, y: number) => onDesktop('left_click', { coordinate: [x, y] });
const enter = (text: string) => [onDesktop('type', { text }), onDesktop('key', { text: 'Return' })];
const pause = onDesktop('wait', { duration: 1 });

const browserRun = (
  kind: Recording['kind'],
  name: string,
  about: string,
  show: string,
  turns: (place: Place) => readonly Turn[],
): Scenario => ({ kind, name, about, on: 'browser', turns: (place) => [open(place, show), ...turns(place)] });

const desktopRun = (
  kind: Recording['kind'],
  name: string,
  about: string,
  turns: readonly Turn[],
): Scenario => ({ kind, name, about, on: 'desktop', turns: () => [[clickAt(300, 200), look], ...turns] });

const toolsRun = (
  kind: Recording['kind'],
  name: string,
  about: string,
  turns: (place: Place) => readonly Turn[],
): Scenario => ({ kind, name, about, on: 'tools', turns });

const STUCK: readonly Scenario[] = [
  browserRun('stuck', 'dead-button', 'Clicks a button that does nothing.', 'dead', () =>
    times(14, () => [[click(200, 130), screenshot]]),
  ),
  browserRun(
    'stuck',
    'dead-button-around',
    'Clicks a dead button in other places of it each time.',
    'dead',
    () => times(14, (n) => [[click(180 + ((n * 7) % 40), 120 + ((n * 5) % 20))], [screenshot]]),
  ),
  browserRun('stuck', 'dead-button-waiting', 'Clicks a dead button and waits, again and again.', 'dead', () =>
    times(14, () => [[click(200, 130), wait(), screenshot]]),
  ),
  browserRun(
    'stuck',
    'dead-button-clock',
    'Clicks a dead button beside a clock, having looked before.',
    'dead,clock',
    () => [...times(4, () => [[wait(), screenshot]]), ...times(22, () => [[click(200, 130), screenshot]])],
  ),
  browserRun(
    'stuck',
    'dead-button-video',
    'Clicks a dead button beside a video, having looked before.',
    'dead,video',
    () => [...times(4, () => [[wait(), screenshot]]), ...times(14, () => [[click(200, 130), screenshot]])],
  ),
  browserRun('stuck', 'deaf-field', 'Types into a field that takes no text.', 'deaf', () =>
    times(20, () => [[click(200, 640), type('Ada Lovelace')], [screenshot]]),
  ),
  browserRun('stuck', 'wizard', 'Goes to and fro between two steps of a form.', 'wizard', () =>
    times(22, () => [[click(500, 230), screenshot]]),
  ),
  browserRun('stuck', 'toggle', 'Opens and closes the same details.', 'toggle', () =>
    times(20, () => [[click(200, 325), screenshot]]),
  ),
  browserRun('stuck', 'carousel', 'Goes round three pictures.', 'carousel', () =>
    times(24, () => [[click(1000, 250), screenshot]]),
  ),
  browserRun('stuck', 'two-pages', 'Goes to one page and to another, again and again.', 'dead', (place) =>
    times(14, () => [open(place, 'fields'), open(place, 'dead')]),
  ),
  browserRun('stuck', 'many-ways', 'Tries many things on a page that answers none.', 'dead', () =>
    times(9, (n) => [
      [click(400 + n * 60, 300), screenshot],
      [act('double_click', { target: target(400 + n * 60, 400) }), screenshot],
      [key(`alt+${n}`), screenshot],
      [act('hover', { target: target(400 + n * 60, 600) }), screenshot],
    ]),
  ),
  browserRun('stuck', 'read-not-seen', 'Clicks a dead button and reads the page each time.', 'dead', () =>
    times(14, () => [[click(200, 130), act('get_page_text')]]),
  ),
  browserRun('stuck', 'no-such-element', 'Clicks an element that is gone.', 'dead', () =>
    times(12, () => [[act('left_click', { target: { type: 'ref', ref: 'ref_99' } })], [screenshot]]),
  ),
  desktopRun('stuck', 'desktop-dead-place', 'Clicks around on an empty desktop, where nothing answers.', [
    ...times(14, (n) => [[clickAt(900 + ((n * 5) % 30), 700), look]]),
  ]),
  desktopRun(
    'stuck',
    'desktop-same-command',
    'Types a command that is not there until the terminal is full of it.',
    [...times(34, () => [[...enter('nosuch'), look]])],
  ),
  toolsRun('stuck', 'bash-same-failure', 'Runs a command that fails.', () =>
    times(12, () => [[bash('cat missing.txt')]]),
  ),
  toolsRun('stuck', 'bash-same-output', 'Looks into a folder that stays as it is.', () =>
    times(16, () => [[bash('ls -la /etc/hostname')]]),
  ),
  toolsRun('stuck', 'editor-same-error', 'Replaces what is not in a file.', ({ work }) => [
    [bash('echo one > file.txt')],
    ...times(12, (n) => [
      [
        edit({
          command: 'str_replace',
          path: `${work}/file.txt`,
          old_str: `two${' '.repeat(n % 2)}`,
          new_str: 'three',
        }),
      ],
    ]),
  ]),
];

const HONEST: readonly Scenario[] = [
  browserRun('honest', 'scroll-article', 'Reads a long text.', 'article', () =>
    times(14, () => [[scroll('down')], [screenshot]]),
  ),
  browserRun(
    'honest',
    'scroll-equal-rows',
    'Scrolls through equal rows, to the end and beyond.',
    'rows',
    () => times(25, () => [[scroll('down', 10), screenshot]]),
  ),
  browserRun(
    'honest',
    'scroll-striped-rows',
    'Scrolls through rows that are equal in turn, by the wheel and by keys.',
    'striped',
    () => [
      ...times(12, (n) => [[scroll('down', 3 + (n % 2)), screenshot]]),
      ...times(12, () => [[key('PageDown'), screenshot]]),
      ...times(12, () => [[key('Down'), screenshot]]),
    ],
  ),
  browserRun('honest', 'wait-for-build', 'Waits beside a spinner.', 'spinner', () =>
    times(20, () => [[wait(), screenshot]]),
  ),
  browserRun(
    'honest',
    'wait-for-progress',
    'Waits for a bar that grows slowly, then goes on.',
    'progress,dead',
    () => [
      ...times(12, () => [[wait()], [screenshot]]),
      [click(200, 130), screenshot],
      ...times(6, () => [[wait(), screenshot]]),
      [click(200, 130), screenshot],
    ],
  ),
  browserRun(
    'honest',
    'wait-by-reload',
    'Loads a page again and again until it is another one.',
    'dead',
    ({ url }) =>
      times(14, () => [[wait(), act('navigate', { url: `${url}runs.html?show=dead` }), screenshot]]),
  ),
  browserRun('honest', 'reading', 'Zooms around on a page.', 'fields,calendar', () =>
    times(20, (n) => [
      [
        act('zoom', {
          region: [
            (n % 5) * 200,
            Math.floor(n / 5) * 150,
            (n % 5) * 200 + 250,
            Math.floor(n / 5) * 150 + 200,
          ],
        }),
      ],
    ]),
  ),
  browserRun('honest', 'form-equal-fields', 'Types the same into eight fields.', 'fields', () => [
    ...times(8, (n) => [[click(200, 80 + n * 60), type('Same'), screenshot]]),
  ]),
  browserRun('honest', 'form-by-tab', 'Goes through a form by the Tab key, twice.', 'fields', () =>
    times(16, () => [[key('Tab')], [screenshot]]),
  ),
  browserRun('honest', 'form-tab-and-type', 'Types the same and presses Tab.', 'fields', () => [
    [click(200, 80), screenshot],
    ...times(8, () => [[type('0')], [screenshot], [key('Tab')], [screenshot]]),
  ]),
  browserRun('honest', 'paging', 'Goes through pages by the same button.', 'pages', () =>
    times(25, () => [[click(160, 725), screenshot]]),
  ),
  browserRun('honest', 'paging-back', 'Goes through pages and all the way back, twice.', 'pages', () =>
    times(2, () => [
      ...times(12, () => [[click(160, 725), screenshot]]),
      ...times(12, () => [[click(360, 725), screenshot]]),
    ]),
  ),
  browserRun('honest', 'stepper-back', 'Steps a number up, and down again.', 'stepper', () => [
    ...times(15, () => [[click(130, 220), screenshot]]),
    ...times(12, () => [[click(230, 220), screenshot]]),
    ...times(5, () => [[click(130, 220), screenshot]]),
  ]),
  browserRun('honest', 'typing-and-erasing', 'Types letters and takes them back.', 'fields', () => [
    [click(200, 80), screenshot],
    ...times(10, () => [[type('a'), screenshot]]),
    ...times(10, () => [[key('BackSpace'), screenshot]]),
  ]),
  browserRun('honest', 'date-picker', 'Steps through the months by the same button.', 'calendar', () =>
    times(30, () => [[click(870, 80), screenshot]]),
  ),
  browserRun('honest', 'stepper', 'Steps a number that is far from its button up to sixty.', 'stepper', () =>
    times(60, () => [[click(130, 220), screenshot]]),
  ),
  browserRun(
    'honest',
    'stepper-clock',
    'The same beside a clock, having looked before.',
    'stepper,clock',
    () => [...times(4, () => [[wait(), screenshot]]), ...times(20, () => [[click(130, 220), screenshot]])],
  ),
  browserRun('honest', 'stepper-video', 'The same beside a video.', 'stepper,video', () => [
    ...times(4, () => [[screenshot]]),
    ...times(20, () => [[click(130, 220), screenshot]]),
  ]),
  browserRun('honest', 'lame-stepper', 'A button that answers each second click.', 'lame', () =>
    times(40, () => [[click(130, 280), screenshot]]),
  ),
  browserRun('honest', 'late-answer', 'A button whose answer comes late, waited for each time.', 'late', () =>
    times(10, () => [
      [click(200, 530), screenshot],
      [wait(2), screenshot],
    ]),
  ),
  browserRun('honest', 'drawing', 'Draws lines, some of them again.', 'drawing', () =>
    times(14, (n) => [[drag(150, 150 + n * 35, 900, 150 + n * 30), screenshot]]),
  ),
  browserRun('honest', 'game', 'Moves a square with the arrow keys.', 'game', () => [
    ...times(14, () => [[key('Right'), screenshot]]),
    ...times(7, () => [[key('Down'), screenshot]]),
  ]),
  browserRun('honest', 'hold-keys', 'Holds a key down.', 'game', () =>
    times(5, (n) => [
      [act('hold_key', { text: ['Right', 'Down', 'Left', 'Up'][n % 4], duration: 0.4 }), screenshot],
    ]),
  ),
  browserRun(
    'honest',
    'copy-between-tabs',
    'Copies rows from a table in one tab to a form in another.',
    'table',
    (place) => [
      [act('new_tab')],
      (steps) => [
        act('navigate', { url: `${place.url}runs.html?show=fields`, tab_id: idOf(steps, 1) }),
        screenshot,
      ],
      ...times(8, (n): Turn[] => [
        (steps) => [act('switch_tab', { tab_id: idOf(steps, 0) }), screenshot],
        (steps) => [act('switch_tab', { tab_id: idOf(steps, 1) }), screenshot],
        [click(200, 80 + n * 60), type(`${n * 137} Main Street`), screenshot],
      ]),
    ],
  ),
  desktopRun('honest', 'desktop-commands', 'Types one command after another.', [
    ...times(12, (n) => [[...enter(`echo ${n} $((${n} * ${n}))`), look]]),
  ]),
  desktopRun('honest', 'desktop-build', 'Waits for a program that prints now and then.', [
    [...enter('for i in 1 2 3 4 5; do sleep 3; echo part $i; done'), look],
    ...times(16, () => [[pause], [look]]),
  ]),
  desktopRun('honest', 'desktop-pager', 'Reads a text of equal lines in a pager.', [
    [...enter('clear; yes line | head -4000 | less'), look],
    ...times(20, () => [[onDesktop('key', { text: 'Next' }), look]]),
  ]),
  toolsRun('honest', 'bash-polling', 'Looks every now and then whether something is there.', () => [
    [bash('(sleep 9; echo ready > done.txt) >/dev/null 2>&1 & echo started')],
    ...times(8, () => [[bash('sleep 1; cat done.txt')]]),
    ...times(6, () => [[bash('cat done.txt'), wait()]]),
  ]),
  toolsRun('honest', 'bash-fix-and-try', 'Changes a file and runs what fails, several times.', ({ work }) => [
    [bash('printf "#!/bin/sh\\necho building the whole program, please wait; exit 2\\n" > make.sh')],
    ...times(10, (n) => [
      [bash('sh make.sh')],
      [
        edit({
          ...{ command: 'str_replace', path: `${work}/make.sh` },
          ...{ old_str: `exit ${n + 2}`, new_str: `exit ${n + 3}` },
        }),
      ],
    ]),
  ]),
  toolsRun('honest', 'bash-looking-around', 'Looks for many things that are not there.', () =>
    times(16, (n) => [[bash(`grep -r thing${String.fromCharCode(97 + n)} .`)]]),
  ),
];

export const SCENARIOS: readonly Scenario[] = [...STUCK, ...HONEST];

function idOf(steps: readonly Step[], index: number): string {
  return steps.findLast(({ tabs }) => tabs !== undefined)?.tabs?.[index]?.id ?? '';
}
