/** Runs sessions as the extension host does and measures its own process; started by `runHost`. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BetaAbstractBrowserToolset20260801 } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import { createClient } from '../../../src/agent/client.ts';
import { createScriptedFetch } from '../../../src/agent/demo/scriptedModel.ts';
import { modelInfo } from '../../../src/agent/models.ts';
import type { AgentSession } from '../../../src/agent/session.ts';
import { Sessions } from '../../../src/agent/sessions.ts';
import { Emitter } from '../../../src/base/emitter.ts';
import type { Computer, ComputerEvent } from '../../../src/computer/computer.ts';
import { History } from '../../../src/history/history.ts';
import { Outbox } from '../../../src/panel/outbox.ts';
import { PAGE_SIZE, PROTOCOL_VERSION } from '../../../src/protocol/messages.ts';
import { Receipts } from '../../../src/protocol/receipts.ts';
import { ordinal } from '../../../src/protocol/transcript.ts';
import { fakeComputers } from '../../support/fakeComputers.ts';
import { actingScript, type HostRunRequest, type HostRunResult, type MemorySample } from './hostRun.ts';
import { pictureMaker } from './pictures.ts';

/** A frame: how long a webview takes to acknowledge. */
const ACK_DELAY_MS = 16;

/** A browser that shows another picture each time, and keeps none. */
class PictureToolset extends BetaAbstractBrowserToolset20260801 {
  readonly #picture: (number: number) => Buffer;
  taken = 0;

  constructor(picture: (number: number) => Buffer) {
    super({
      browserState: () => ({
        tabs: [{ tab_id: 't1', title: 'Page', url: 'https://example.org/', active: true }],
      }),
    });
    this.#picture = picture;
  }

  override async left_click(): Promise<void> {}

  override async screenshot() {
    this.taken += 1;
    return { data: this.#picture(this.taken).toString('base64'), mediaType: 'image/png' as const };
  }
}

function openSessions({ apiUrl }: HostRunRequest, history: History, toolset: PictureToolset): Sessions {
  const client = createClient({
    apiKey: 'sk-ant-bench',
    baseUrl: apiUrl ?? 'http://scripted.invalid',
    fetch: apiUrl ? globalThis.fetch : createScriptedFetch(actingScript),
  });
  const computer: Computer = {
    toolset,
    onEvent: new Emitter<ComputerEvent>().event,
    isRunning: true,
    isIsolated: false,
    describeTarget: async () => [],
    screen: undefined,
    onScreen: new Emitter<undefined>().event,
    close: async () => {},
  };
  return new Sessions({
    history,
    backoff: { retries: 0, firstWaitMs: 1, maxWaitMs: 1 },
    computers: fakeComputers('Pictures', async () => computer),
    onFault: (error) => {
      throw error;
    },
    surroundings: {
      hasApiKey: true,
      modelLabel: 'Scripted',
      httpLogs: false,
      isTrusted: true,
      hasConsent: true,
      onDidChange: new Emitter<void>().event,
      connect: async () => ({
        client,
        model: modelInfo('claude-opus-5-5'),
        effort: 'medium',
        customInstructions: '',
      }),
    },
  });
}

/** A panel that follows: everything crosses as JSON and is acknowledged a frame later. */
function follow(session: AgentSession): Outbox {
  const receipts = new Receipts();
  const outbox = new Outbox(
    session,
    (message) => {
      JSON.stringify(message);
      const ack = receipts.next(message);
      if (ack) setTimeout(() => outbox.handle(ack), ACK_DELAY_MS);
    },
    { screenshots: 'https://example.invalid/screenshots' },
  );
  outbox.handle({ type: 'ready', protocol: PROTOCOL_VERSION, have: null, around: null });
  return outbox;
}

async function prompt(session: AgentSession, number: number): Promise<number> {
  const start = process.cpuUsage();
  await session.send(`Prompt ${number}: please go on with the task.`);
  const { user, system } = process.cpuUsage(start);
  return user + system;
}

/** Memory once everything that can be let go has been. */
async function sampleMemory(): Promise<MemorySample> {
  for (let time = 0; time < 3; time += 1) {
    globalThis.gc?.();
    await delay(100);
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, heapUsed, external };
}

/** Bytes given to write calls so far; Linux tells, other systems do not. */
function writtenBytes(): number | null {
  if (process.platform !== 'linux') return null;
  return Number(/^wchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1] ?? Number.NaN);
}

async function run(request: HostRunRequest): Promise<HostRunResult> {
  const history = History.open(request.folder);
  const toolset = new PictureToolset(pictureMaker(request.noise));
  const sessions = openSessions(request, history, toolset);
  const warm = sessions.create();
  const warmPanel = follow(warm);
  for (let number = 0; number < request.warmUpPrompts; number += 1) await prompt(warm, number);
  const session = request.sameSession ? warm : sessions.create();
  const panel = request.sameSession ? warmPanel : follow(session);
  const firstItem = session.count;
  const firstPicture = toolset.taken;
  const before = await sampleMemory();
  const writtenBefore = writtenBytes();
  const cpuPerPrompt: number[] = [];
  let peakRss = 0;
  for (let number = 0; number < request.prompts; number += 1) {
    cpuPerPrompt.push(await prompt(session, number));
    peakRss = Math.max(peakRss, process.memoryUsage.rss());
  }
  const writtenAfter = writtenBytes();
  const after = await sampleMemory();
  const written = writtenBefore === null || writtenAfter === null ? -1 : writtenAfter - writtenBefore;
  const result = {
    items: session.count - firstItem,
    screenshots: toolset.taken - firstPicture,
    cpuPerPrompt,
    before,
    after,
    peakRss,
    written,
    itemBytes: bytesOfItems(session, firstItem),
    imageBytes: sizeOf(join(request.folder, 'screenshots')),
    databaseBytes: ['history.db', 'history.db-wal'].reduce(
      (sum, name) => sum + (statSync(join(request.folder, name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    ),
  };
  warmPanel.dispose();
  panel.dispose();
  await sessions.close();
  history.dispose();
  return result;
}

function bytesOfItems(session: AgentSession, first: number): number {
  let bytes = 0;
  for (let at = first; at < session.count; at += PAGE_SIZE) {
    const { items } = session.page(ordinal(at), PAGE_SIZE);
    for (const item of items) bytes += Buffer.byteLength(JSON.stringify(item));
  }
  return bytes;
}

function sizeOf(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => {
    const file = statSync(join(folder, name));
    return file.isFile() ? sum + file.size : sum;
  }, 0);
}

process.once('message', (request) => {
  run(request as HostRunRequest).then(
    (result) => process.send?.(result, () => process.disconnect()),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
