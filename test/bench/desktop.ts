/**
 * What an action on a desktop costs beside the way the reference demo of computer use does it: `xdotool`, two seconds of
 * sleep, `scrot`, ImageMagick's `convert`. Both act on one display, by turns, in one run.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Driven, startDriven, until } from '../computer/desktop/driving.ts';
import { atLeast, atMost, type Figure, reported } from './figure.ts';
import { median, progress } from './transcript/progress.ts';

const run = promisify(execFile);

const SIZE = { width: 1280, height: 800 };
/** Of the demo, ms: it waits that long before the screenshot that follows an action. */
const DEMO_DELAY_MS = 2_000;
/** Of the demo: characters that it types at once, and ms between two of them. */
const DEMO_CHUNK = 50;
const DEMO_TYPING_DELAY_MS = 12;
/** Places are clicked twice each: the demo's tool waits for a motion that does not come the second time. */
const PLACES = [
  { x: 200, y: 200 },
  { x: 420, y: 330 },
  { x: 300, y: 420 },
];
const SCREENSHOTS = 30;
const TEXT = 'The quick brown fox jumps over the lazy dog, 0123456789 times! '.repeat(8);

export async function desktop(): Promise<Figure[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-desktop-'));
  const driven = await startDriven({ geometry: `${SIZE.width}x${SIZE.height}` });
  const demo = new Demo(driven.server.display, folder);
  try {
    driven.server.run('openbox');
    return [
      ...(await clicks(driven, demo)),
      ...(await screenshots(driven, demo)),
      ...(await typing(driven, demo, folder)),
    ];
  } finally {
    await driven.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The demo's own way (`computer_use_demo/tools/computer.py`), in the same commands. */
class Demo {
  readonly #env: NodeJS.ProcessEnv;
  readonly #file: string;

  constructor(display: string, folder: string) {
    this.#env = { ...process.env, DISPLAY: display };
    this.#file = path.join(folder, 'demo.png');
  }

  async click(x: number, y: number): Promise<void> {
    await run('xdotool', ['mousemove', '--sync', String(x), String(y), 'click', '1'], { env: this.#env });
    await new Promise((resolve) => setTimeout(resolve, DEMO_DELAY_MS));
    await this.screenshot();
  }

  async screenshot(): Promise<void> {
    const { width, height } = SIZE;
    await run('scrot', ['-o', '-p', this.#file], { env: this.#env });
    await run('/usr/bin/convert', [this.#file, '-resize', `${width}x${height}!`, this.#file]);
    (await readFile(this.#file)).toString('base64');
  }

  async type(text: string): Promise<void> {
    for (let at = 0; at < text.length; at += DEMO_CHUNK) {
      const chunk = text.slice(at, at + DEMO_CHUNK);
      await run('xdotool', ['type', '--delay', String(DEMO_TYPING_DELAY_MS), '--', chunk], {
        env: this.#env,
      });
    }
    await this.screenshot();
  }
}

/** From the click to a picture of the screen at rest, on a terminal that shows each click at once. */
async function clicks(driven: Driven, demo: Demo): Promise<Figure[]> {
  progress('clicks, each place twice (the demo takes 18 s for the second)');
  const terminal = driven.server.run('xterm', [
    ...['-geometry', '100x40+20+20', '-e', 'sh', '-c'],
    String.raw`stty -echo; printf '\033[?1000h'; cat -v`,
  ]);
  await windowsAppear(driven);
  const times = {
    ours: { first: [] as number[], second: [] as number[] },
    demo: { first: [] as number[], second: [] as number[] },
  };
  for (const { x, y } of PLACES) {
    // Another place first, so that the first click moves the pointer for both.
    for (const [who, click] of [
      ['ours', () => clickAndLook(driven, x, y)],
      ['demo', () => demo.click(x, y)],
    ] as const) {
      await succeed(driven, 'mouse_move', { coordinate: [x + 60, y + 40] });
      times[who].first.push(await timed(click));
      times[who].second.push(await timed(click));
    }
  }
  terminal.kill();
  const ours = [...times.ours.first, ...times.ours.second];
  const first = median(times.demo.first) / median(times.ours.first);
  const second = median(times.demo.second) / median(times.ours.second);
  return [
    atLeast('desktop-click-speedup', Math.min(first, second), 'times, the worse of the two', 15),
    reported('desktop-click-first-speedup', first, 'times, on a new place'),
    reported('desktop-click-second-speedup', second, 'times, on the same place again'),
    reported('desktop-click-ms', median(ours), 'ms, click to settled picture'),
    reported('desktop-click-demo-ms', median(times.demo.first), 'ms, on a new place'),
  ];
}

async function clickAndLook(driven: Driven, x: number, y: number): Promise<void> {
  await succeed(driven, 'left_click', { coordinate: [x, y] });
  await succeed(driven, 'screenshot', {});
}

/** While a terminal prints a line now and then, so that the framebuffer has to be kept current meanwhile. */
async function screenshots(driven: Driven, demo: Demo): Promise<Figure[]> {
  progress(`${SCREENSHOTS} screenshots each way`);
  const terminal = driven.server.run('xterm', [
    ...['-geometry', '100x40+20+20', '-e', 'sh', '-c'],
    'ls -l /usr/bin | head -36; while sleep 0.1; do date +%N; done',
  ]);
  await windowsAppear(driven);
  const look = () => succeed(driven, 'screenshot', {});
  const ours = await measured(driven, look);
  const theirs = await measured(driven, () => demo.screenshot());
  terminal.kill();
  return [
    atLeast('desktop-screenshot-speedup', theirs.ms / ours.ms, 'times', 3),
    atMost('desktop-screenshot-cpu-ratio', ours.cpuMs / theirs.cpuMs, 'processor time, ours/demo', 0.5),
    reported('desktop-screenshot-ms', ours.ms, 'ms'),
    reported('desktop-screenshot-demo-ms', theirs.ms, 'ms'),
    reported('desktop-screenshot-cpu-ms', ours.cpuMs, 'ms, with that of the X server'),
  ];
}

/** Into a terminal, with the picture after it; what lands is compared with what was sent. */
async function typing(driven: Driven, demo: Demo, folder: string): Promise<Figure[]> {
  progress(`${TEXT.length} characters each way`);
  const rates = new Map<string, number>();
  for (const [who, type] of [
    ['ours', () => typeAndLook(driven)],
    ['demo', () => demo.type(TEXT)],
  ] as const) {
    const file = path.join(folder, `${who}.txt`);
    const terminal = driven.server.run('xterm', [
      '-geometry',
      '100x40+20+20',
      '-e',
      `stty -icanon -echo; cat > ${file}`,
    ]);
    await windowsAppear(driven);
    await succeed(driven, 'left_click', { coordinate: [200, 200] });
    rates.set(who, (TEXT.length / (await timed(type))) * 1_000);
    const landed = await landedIn(file, TEXT.length);
    terminal.kill();
    if (landed !== TEXT)
      throw new Error(`What ${who} typed did not land as it was sent: ${landed.slice(0, 200)}`);
  }
  const [ours = 0, theirs = 1] = rates.values();
  return [
    atLeast('desktop-typing-speedup', ours / theirs, 'times', 5),
    reported('desktop-typing-rate', ours, 'characters/s, with the picture after'),
    reported('desktop-typing-demo-rate', theirs, 'characters/s'),
  ];
}

async function typeAndLook(driven: Driven): Promise<void> {
  await succeed(driven, 'type', { text: TEXT });
  await succeed(driven, 'screenshot', {});
}

async function landedIn(file: string, length: number): Promise<string> {
  let text = '';
  const end = performance.now() + 5_000;
  while (text.length < length && performance.now() < end) {
    text = await readFile(file, 'utf8').catch(() => '');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return text;
}

/** Waits until a window was drawn and nothing more follows. */
async function windowsAppear(driven: Driven): Promise<void> {
  const before = (await driven.call('screenshot')).image;
  let last = before;
  let same = 0;
  await until(() => last !== undefined, 1_000);
  const end = performance.now() + 10_000;
  while (performance.now() < end && same < 3) {
    await new Promise((resolve) => setTimeout(resolve, 150));
    const now = (await driven.call('screenshot')).image;
    const isBefore = before !== undefined && now?.equals(before) === true;
    same = !isBefore && last !== undefined && now?.equals(last) === true ? same + 1 : 0;
    last = now;
  }
}

async function measured(driven: Driven, action: () => Promise<void>): Promise<{ ms: number; cpuMs: number }> {
  await action();
  const times: number[] = [];
  const before = await cpuMs(driven.server.processId);
  for (let turn = 0; turn < SCREENSHOTS; turn += 1) times.push(await timed(action));
  const used = (await cpuMs(driven.server.processId)) - before;
  return { ms: median(times), cpuMs: used / SCREENSHOTS };
}

/** Of this process, of the commands it ran, and of the X server. Linux tells it in ticks of 10 ms. */
async function cpuMs(serverId: number): Promise<number> {
  const ticksOf = async (id: number | 'self', fields: readonly number[]) => {
    const stat = await readFile(`/proc/${id}/stat`, 'utf8');
    // The name of the program is in parentheses and may have spaces; the third field follows.
    const rest = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields.reduce((sum, field) => sum + Number(rest[field - 3]), 0);
  };
  const [own, server] = await Promise.all([ticksOf('self', [14, 15, 16, 17]), ticksOf(serverId, [14, 15])]);
  return (own + server) * 10;
}

async function timed(action: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

async function succeed(
  driven: Driven,
  member: Parameters<Driven['call']>[0],
  input: Record<string, unknown>,
): Promise<void> {
  const { isError, text } = await driven.call(member, input);
  if (isError) throw new Error(`${member}: ${text}`);
}
