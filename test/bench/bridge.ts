import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transcript } from '../../src/agent/transcript.ts';
import { Emitter } from '../../src/base/emitter.ts';
import { History } from '../../src/history/history.ts';
import { Outbox } from '../../src/panel/outbox.ts';
import type { TranscriptSource } from '../../src/panel/transcriptSource.ts';
import { type HostMessage, PROTOCOL_VERSION, type SessionStatus } from '../../src/protocol/messages.ts';
import { Receipts } from '../../src/protocol/receipts.ts';
import { assertNever, type Item, ordinal } from '../../src/protocol/transcript.ts';
import { VirtualClock } from '../panel/virtualClock.ts';
import { solidPng } from '../support/png.ts';
import { atMost, type Figure, reported } from './figure.ts';

/** How long a webview takes to apply a batch and acknowledge it: one frame. */
const ACK_DELAY_MS = 16;
const DELTA = 'word';
/** Deltas of the answer in one turn: 1,000 characters. */
const DELTAS_PER_TURN = 250;

const STATUS: SessionStatus = {
  title: 'Bench',
  run: { state: 'running', since: 0, activity: 'answering' },
  access: 'full',
  consent: 'given',
  model: { provider: 'demo', label: 'Demo' },
  computer: { kind: 'browser', label: 'None' },
  control: 'claude',
  tokens: { input: 0, output: 0 },
  unattended: 'off',
  httpLogs: false,
};

export interface BridgeRun {
  readonly postedBytes: number;
  /** UTF-8 bytes of the finished items as JSON: what has to cross once. */
  readonly contentBytes: number;
  /** Of these, the text a person reads: prompts, answers, what actions did and returned. */
  readonly textBytes: number;
  /** Most posts within any second of simulated time. */
  readonly peakPostsPerSecond: number;
}

/**
 * Streams a session of `turns` turns through the real store, transcript and outbox to a webview that acknowledges
 * after a frame. Time is simulated, so that the figures are the same on every machine.
 */
export function stream(turns: number, deltasPerSecond: number): BridgeRun {
  const folder = mkdtempSync(join(tmpdir(), 'computer-use-chat-bench-'));
  const history = History.open(folder);
  const clock = new VirtualClock();
  const record = history.createSession({ title: 'Bench', now: 0, provider: 'demo', computer: 'browser' });
  const transcript = new Transcript(history, record.id, (error) => {
    throw error;
  });
  const source = sourceOf(transcript, record.id);
  let postedBytes = 0;
  const postedAt: number[] = [];
  const receipts = new Receipts();
  const outbox = new Outbox(
    source,
    (message: HostMessage) => {
      postedAt.push(clock.now());
      postedBytes += Buffer.byteLength(JSON.stringify(message));
      const ack = receipts.next(message);
      if (ack) clock.schedule(() => outbox.handle(ack), ACK_DELAY_MS);
    },
    { screenshots: 'https://example.invalid/screenshots', clock },
  );
  outbox.handle({ type: 'ready', protocol: PROTOCOL_VERSION, have: null, around: null });
  for (let turn = 0; turn < turns; turn += 1)
    streamTurn(transcript, history, clock, turn, 1_000 / deltasPerSecond);
  clock.advance(1_000);
  const { items } = transcript.page(ordinal(0), transcript.count);
  const contentBytes = items.reduce((sum, item) => sum + Buffer.byteLength(JSON.stringify(item)), 0);
  const textBytes = items.reduce((sum, item) => sum + textOf(item), 0);
  outbox.dispose();
  transcript.dispose();
  history.dispose();
  rmSync(folder, { recursive: true });
  return { postedBytes, contentBytes, textBytes, peakPostsPerSecond: peakPerSecond(postedAt) };
}

/** The most of these times, in ms and in order, that lie within one second. */
function peakPerSecond(times: readonly number[]): number {
  let peak = 0;
  let first = 0;
  for (const [last, time] of times.entries()) {
    while (time - (times[first] ?? time) >= 1_000) first += 1;
    peak = Math.max(peak, last - first + 1);
  }
  return peak;
}

function streamTurn(
  transcript: Transcript,
  history: History,
  clock: VirtualClock,
  turn: number,
  gapMs: number,
): void {
  transcript.append({
    kind: 'user',
    text: `Prompt number ${turn}: please go on with the next step of the task.`,
  });
  const answer = transcript.append({ kind: 'answer', text: DELTA, state: 'streaming' });
  for (let delta = 1; delta < DELTAS_PER_TURN; delta += 1) {
    clock.advance(gapMs);
    transcript.extend(answer, DELTA);
  }
  transcript.update(answer, { kind: 'text', state: 'complete', durationMs: 250 });
  const image = history.screenshots.put(solidPng(64, 40, turn % 256), 'image/png');
  const action = transcript.append({
    kind: 'action',
    toolset: 'browser',
    member: 'left_click',
    summary: 'Click at (412, 300)',
    input: '{\n  "target": {\n    "type": "coordinate",\n    "x": 412,\n    "y": 300\n  }\n}',
    points: [{ x: 412, y: 300 }],
    before: image,
    state: { status: 'running' },
  });
  clock.advance(120);
  transcript.update(action, {
    kind: 'action',
    state: { status: 'done', durationMs: 120, result: 'Clicked.' },
  });
  transcript.append({
    kind: 'screenshot',
    image,
    scope: 'screen',
    caption: 'Screenshot · Example · https://example.org/',
  });
}

function sourceOf(transcript: Transcript, session: TranscriptSource['session']): TranscriptSource {
  return {
    session,
    get revision() {
      return transcript.revision;
    },
    get count() {
      return transcript.count;
    },
    status: STATUS,
    page: (start, count) => transcript.page(start, count),
    operationsSince: (known) => transcript.operationsSince(known),
    onOperation: transcript.onOperation,
    onStatus: new Emitter<SessionStatus>().event,
    onReload: new Emitter<void>().event,
  };
}

function textOf(item: Item): number {
  switch (item.kind) {
    case 'user':
    case 'answer':
    case 'thinking':
    case 'notice':
      return Buffer.byteLength(item.text);
    case 'action': {
      const result = item.state.status === 'done' ? item.state.result : '';
      return Buffer.byteLength(item.summary + item.input + result);
    }
    case 'screenshot':
      return Buffer.byteLength(item.caption);
    default:
      return assertNever(item);
  }
}

/** What the bridge between host and webview carries. */
export function bridge(): Figure[] {
  const sessions = [50, 100, 200].map((turns) => ({ turns, run: stream(turns, 1_000) }));
  const burst = stream(20, 5_000);
  const last = sessions.at(-1)?.run;
  if (!last) return [];
  return [
    ...sessions.map(({ turns, run }) => reported(`bridge-bytes-${turns}-turns`, run.postedBytes, 'bytes')),
    atMost('bridge-bytes-ratio', last.postedBytes / last.contentBytes, 'posted/items as JSON', 1.5),
    reported('bridge-bytes-text-ratio', last.postedBytes / last.textBytes, 'posted/text alone'),
    atMost('posts-per-second', burst.peakPostsPerSecond, 'posts in the busiest second', 60),
  ];
}
