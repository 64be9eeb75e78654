/** Calls of all members at random, as a confused model might make them: most make sense somewhere, few where they land. */
import type { BetaBrowserMemberName } from '@anthropic-ai/sdk/resources/beta';
import fc from 'fast-check';

/** What calls are made of, that only the moment of the call knows: `nth` of those there are. */
export interface Moment {
  ref(nth: number): string;
  tab(nth: number): string;
}

export interface RandomCall {
  readonly member: BetaBrowserMemberName;
  /** What to look for on the page right before, for it to name; undefined where it names no element. */
  readonly about: string | undefined;
  /** The tab that it is for; undefined is the active one. */
  tab(moment: Moment): string | undefined;
  input(moment: Moment): Record<string, unknown>;
  /** When the call is aborted, in ms; undefined for most. */
  readonly abortAfterMs: number | undefined;
}

type Late<T> = (moment: Moment) => T;
type Input = Readonly<Record<string, fc.Arbitrary<unknown>>>;

export interface Places {
  /** Addresses, to be navigated to. */
  readonly pages: readonly string[];
  /** Files that may be uploaded. */
  readonly files: readonly string[];
}

/** Of pages, some of which open, leave, ask, wait and end. */
const SCRIPTS = [
  '1 + 1',
  'document.title',
  'throw new Error("no")',
  'await new Promise((resolve) => setTimeout(resolve, 50))',
  'location.reload()',
  'open("input.html"); 0',
  'alert("stop"); confirm("sure?")',
  'document.body.replaceChildren(); console.log("gone")',
  'history.back()',
  'close()',
  'location.href = "/download/data.csv"; 1',
  'document.documentElement.outerHTML',
];

const KEYS = [
  'Enter',
  'Tab',
  'Escape',
  'ctrl+a',
  'shift+Tab',
  'Down',
  'cmd+c',
  'cmd+v',
  'alt+Left',
  'BackSpace',
  'F5',
  'ctrl+w',
  'dead_acute e',
  'PageDown End Home',
  'nonsense',
];

const late = (make: (moment: Moment) => unknown): Late<unknown> => make;
const now = <T>(arbitrary: fc.Arbitrary<T>) => arbitrary.map((value) => late(() => value));

/** By whom: what most members can act on will not do for these. */
const ABOUT: { readonly [member in BetaBrowserMemberName]?: string } = {
  form_input: 'field',
  file_upload: 'file upload',
};

const coordinate = now(
  fc.record({
    type: fc.constant('coordinate'),
    // A little beyond the screen as well.
    x: fc.integer({ min: -5, max: 1_300 }),
    y: fc.integer({ min: -5, max: 820 }),
  }),
);
const known = fc.nat().map((nth) => late((moment) => ({ type: 'ref', ref: moment.ref(nth) })));
const guessed = now(fc.nat({ max: 99 }).map((number) => ({ type: 'ref', ref: `ref_${number}` })));
const ref = fc.oneof({ weight: 5, arbitrary: known }, { weight: 1, arbitrary: guessed });
const target = fc.oneof({ weight: 1, arbitrary: coordinate }, { weight: 1, arbitrary: ref });
const tab = fc.oneof(
  { weight: 8, arbitrary: fc.nat().map((nth) => late((moment) => moment.tab(nth))) },
  { weight: 1, arbitrary: now(fc.constant('tab_0')) },
);
const modifiers = now(fc.constantFrom(undefined, undefined, undefined, 'shift', 'ctrl', 'cmd+alt', 'a'));
const text = fc.oneof(fc.string({ maxLength: 30 }), fc.string({ unit: 'grapheme', maxLength: 10 }));
const keys = now(fc.constantFrom(...KEYS));
const edge = fc.integer({ min: -10, max: 1_300 });
const region = fc.oneof(
  { weight: 1, arbitrary: fc.tuple(edge, edge, edge, edge) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.nat(1_000), fc.nat(700), fc.integer({ min: 1, max: 280 }), fc.integer({ min: 1, max: 100 }))
      .map(([x, y, width, height]) => [x, y, x + width, y + height]),
  },
);

/** Each member's inputs and how often it is called, compared with the others. */
function inputsOf({ pages, files }: Places): Readonly<Record<BetaBrowserMemberName, [number, Input]>> {
  const click = { target, modifiers };
  const point = { target: coordinate };
  const where = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...pages) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('back', 'forward', 'reload', 'about:blank', 'file:///etc/passwd'),
    },
  );
  return {
    navigate: [5, { url: now(where) }],
    screenshot: [1, {}],
    zoom: [1, { region: now(region) }],
    left_click: [10, click],
    right_click: [1, click],
    middle_click: [1, click],
    double_click: [1, click],
    triple_click: [1, click],
    hover: [1, { target }],
    mouse_move: [1, point],
    left_click_drag: [2, { from: coordinate, target: coordinate }],
    left_mouse_down: [1, point],
    left_mouse_up: [1, point],
    scroll: [
      2,
      {
        target: coordinate,
        scroll_direction: now(fc.constantFrom('up', 'down', 'left', 'right')),
        scroll_amount: now(fc.integer({ min: 1, max: 11 })),
      },
    ],
    scroll_to: [2, { target: ref }],
    type: [3, { text: now(text) }],
    key: [3, { text: keys, repeat: now(fc.integer({ min: 1, max: 3 })) }],
    hold_key: [1, { text: keys, duration: now(fc.constantFrom(0, 0.05, 0.5)) }],
    form_input: [3, { target: ref, value: now(fc.oneof(text, fc.boolean(), fc.integer())) }],
    read_page: [
      4,
      {
        filter: now(fc.constantFrom('visible', 'interactive', 'all')),
        depth: now(fc.integer({ min: 0, max: 30 })),
      },
    ],
    find: [3, { query: now(fc.constantFrom('button', 'link', 'text field', 'file', 'what is not there')) }],
    get_page_text: [2, {}],
    file_upload: [2, { target: ref, paths: now(fc.subarray([...files], { minLength: 1 })) }],
    read_console: [1, {}],
    read_network: [1, {}],
    javascript_exec: [3, { text: now(fc.constantFrom(...SCRIPTS)) }],
    wait: [1, { duration: now(fc.constantFrom(0, 0.05, 0.2, 31)) }],
    new_tab: [2, {}],
    list_tabs: [1, {}],
    switch_tab: [2, { tab_id: tab }],
    close_tab: [1, { tab_id: tab }],
  };
}

const seldom = <T>(arbitrary: fc.Arbitrary<T>, oneOf: number): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: oneOf - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

/** Of the tab that a call names, be it the active one or not. */
const elsewhere = seldom(fc.nat(), 12);
const aborted = seldom(fc.integer({ min: 0, max: 400 }), 7);

export function randomCalls(places: Places): fc.Arbitrary<RandomCall> {
  const entries = Object.entries(inputsOf(places)) as Array<[BetaBrowserMemberName, [number, Input]]>;
  return fc.oneof(
    ...entries.map(([member, [weight, input]]) => ({
      weight,
      arbitrary: fc
        .record({
          fields: fc.record(input as Record<string, fc.Arbitrary<Late<unknown>>>),
          elsewhere,
          aborted,
        })
        .map(
          (drawn): RandomCall => ({
            member,
            about:
              input.target === ref || input.target === target
                ? (ABOUT[member] ?? 'field button link')
                : undefined,
            abortAfterMs: drawn.aborted,
            tab: (moment) => (drawn.elsewhere === undefined ? undefined : moment.tab(drawn.elsewhere)),
            input: (moment) => ({
              ...(drawn.elsewhere === undefined ? {} : { tab_id: moment.tab(drawn.elsewhere) }),
              ...Object.fromEntries(
                Object.entries(drawn.fields).map(([name, value]) => [name, value(moment)]),
              ),
            }),
          }),
        ),
    })),
  );
}
