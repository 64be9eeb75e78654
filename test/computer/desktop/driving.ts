/** Runs members of a desktop computer as the SDK's runner does, on a real X server, and tells what applications saw. */
import type { ChildProcess } from 'node:child_process';
import type { BetaAbstractComputerToolset20260801 } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import type { BetaComputerMemberName, BetaToolUseBlock } from '@anthropic-ai/sdk/resources/beta';
import { Emitter } from '../../../src/base/emitter.ts';
import type { Computer, ComputerEvent } from '../../../src/computer/computer.ts';
import {
  createDesktopComputer,
  type DesktopComputerOptions,
} from '../../../src/computer/desktop/desktopComputer.ts';
import type { Connect } from '../../../src/computer/desktop/desktops.ts';
import type { DesktopMachine, DesktopSource } from '../../../src/computer/desktop/machine.ts';
import { connectRfb } from '../../../src/computer/desktop/rfb/client.ts';
import { startXvnc, type VncServer, type XvncOptions } from '../../support/desktop/xserver.ts';

export interface CallResult {
  readonly isError: boolean;
  /** All text blocks, one a line. */
  readonly text: string;
  readonly image: Buffer | undefined;
}

/** Calls members of one computer. */
export interface Caller {
  readonly computer: Computer;
  readonly events: ComputerEvent[];
  call(member: BetaComputerMemberName, input?: Record<string, unknown>): Promise<CallResult>;
  /** Runs a member that is aborted by `signal`. @returns what it threw, or undefined */
  callAborted(
    member: BetaComputerMemberName,
    input: Record<string, unknown>,
    signal: AbortSignal,
  ): Promise<unknown>;
}

let lastId = 0;

export function createCaller(options: DesktopComputerOptions): Caller {
  const computer = createDesktopComputer(options);
  const toolset = computer.toolset as BetaAbstractComputerToolset20260801;
  const events: ComputerEvent[] = [];
  computer.onEvent((event) => events.push(event));
  const toolUse = (name: string, input: unknown): BetaToolUseBlock =>
    ({
      type: 'tool_use',
      id: `toolu_${++lastId}`,
      name,
      input,
      toolset_name: 'computer',
    }) as BetaToolUseBlock;
  return {
    computer,
    events,
    async call(member, input = {}) {
      const { content, is_error } = await toolset.toolResult(toolUse(member, input));
      const blocks =
        typeof content === 'string' ? [{ type: 'text' as const, text: content }] : (content ?? []);
      const image = blocks.find((block) => block.type === 'image');
      return {
        isError: is_error === true,
        text: blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n'),
        image: image?.source.type === 'base64' ? Buffer.from(image.source.data, 'base64') : undefined,
      };
    },
    async callAborted(member, input, signal) {
      const block = toolUse(member, input);
      try {
        await toolset.run({ toolUse: block, toolUseBlock: block, signal }, block);
        return undefined;
      } catch (error) {
        return error;
      }
    },
  };
}

export const connect: Connect = async (machine, signal) =>
  connectRfb(await machine.connect(signal), { credentials: machine.credentials }, signal);

/** A source of machines that are this server, which goes on when they are closed. */
export function sourceOf(server: () => VncServer, onEnd = new Emitter<string>()): DesktopSource {
  return {
    kind: 'virtual',
    label: 'Test',
    start: async (): Promise<DesktopMachine> => ({
      connect: () => server().connect(),
      credentials: { password: async () => undefined },
      isolation: { kind: 'machine', detail: '' },
      isStreamPrivate: true,
      warmUpMs: 0,
      onEnd: onEnd.event,
      close: async () => undefined,
    }),
  };
}

export interface Driven extends Caller {
  readonly server: VncServer;
  close(): Promise<void>;
}

/** A computer on an Xvnc of its own. */
export async function startDriven(
  options: XvncOptions & Partial<DesktopComputerOptions> = {},
): Promise<Driven> {
  const server = await startXvnc(options);
  const caller = createCaller({ source: sourceOf(() => server), connect, ...options });
  return {
    ...caller,
    server,
    async close() {
      await caller.computer.close();
      await server.close();
    },
  };
}

/** Polls until `condition` answers something other than undefined and false. */
export async function until<T>(condition: () => T | undefined | false, limitMs = 4_000): Promise<T> {
  const end = performance.now() + limitMs;
  for (;;) {
    const answer = condition();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > end) throw new Error(`Not so within ${limitMs} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** An event as an X client saw it. */
export interface SeenEvent {
  readonly type: 'KeyPress' | 'KeyRelease' | 'ButtonPress' | 'ButtonRelease' | 'MotionNotify';
  readonly x: number;
  readonly y: number;
  /** X's mask of the modifiers and buttons that were down before it. */
  readonly state: number;
  readonly button: number | undefined;
  /** Its name: `Return`. */
  readonly key: string | undefined;
}

/** A client that fills the screen and records what it is sent. */
export interface Recorder {
  readonly seen: SeenEvent[];
  /** In short: `+a -a` of keys, `+1 -1` of buttons; motion is left out. */
  spelled(): string;
  clear(): void;
}

export async function startRecorder(driven: Driven): Promise<Recorder> {
  const { server } = driven;
  const client: ChildProcess = server.run('xev', [
    ...['-geometry', '1024x768+0+0', '-bw', '0', '-event', 'keyboard', '-event', 'mouse'],
  ]);
  const seen: SeenEvent[] = [];
  let unread = '';
  let event = '';
  client.stdout?.on('data', (chunk: Buffer) => {
    const lines = (unread + chunk.toString()).split('\n');
    unread = lines.pop() ?? '';
    for (const line of lines) {
      event = line === '' ? '' : `${event}${line}\n`;
      const isKey = event.startsWith('Key');
      if (!(isKey ? line.includes('XFilterEvent') : line.includes('same_screen'))) continue;
      const parsed = parseEvent(event);
      if (parsed) seen.push(parsed);
    }
  });
  const recorder: Recorder = {
    seen,
    spelled: () =>
      seen
        .filter(({ type }) => type !== 'MotionNotify')
        .map(({ type, key, button }) => `${type.endsWith('Press') ? '+' : '-'}${key ?? button}`)
        .join(' '),
    clear: () => seen.splice(0),
  };
  // Without a window manager the pointer decides which window gets keys.
  let place = 10;
  const end = performance.now() + 20_000;
  while (seen.length === 0) {
    if (performance.now() > end) throw new Error('xev saw nothing.');
    place = (place + 7) % 700;
    const moved = await driven.call('mouse_move', { coordinate: [place, place] });
    if (moved.isError) throw new Error(`${moved.text} ${JSON.stringify(driven.events)}`);
  }
  recorder.clear();
  return recorder;
}

function parseEvent(text: string): SeenEvent | undefined {
  const type = /(Key|Button)(Press|Release) event|MotionNotify event/.exec(text)?.[0].split(' ')[0];
  const at = /root:\((\d+),(\d+)\)/.exec(text);
  if (type === undefined || at === null) return undefined;
  const button = /button (\d+)/.exec(text)?.[1];
  return {
    type: type as SeenEvent['type'],
    x: Number(at[1]),
    y: Number(at[2]),
    state: Number(/state (0x[0-9a-f]+)/.exec(text)?.[1] ?? 0),
    button: button === undefined ? undefined : Number(button),
    key: /keysym 0x[0-9a-f]+, ([^)]+)\)/.exec(text)?.[1],
  };
}
