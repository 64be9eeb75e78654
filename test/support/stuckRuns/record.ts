/**
 * Records the runs that stuck detection is tested with: plays scripted models against a real browser, a real desktop, a
 * shell and files, and writes down what the detector is given. Needs Chromium, Xtigervnc and xterm.
 *
 * `node test/support/stuckRuns/record.ts [NAME...]` writes test/agent/fixtures/runs/NAME.json, all of them without names.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Step } from '../../../src/agent/stuck/step.ts';
import { StuckDetector } from '../../../src/agent/stuck/stuckDetector.ts';
import { createBrowserComputer } from '../../../src/computer/browser/browserComputer.ts';
import type { Computer } from '../../../src/computer/computer.ts';
import { createDesktopComputer } from '../../../src/computer/desktop/desktopComputer.ts';
import { createEditorTool } from '../../../src/tools/editor/editorTool.ts';
import { localFiles } from '../../../src/tools/localFiles.ts';
import { thisMachine } from '../../../src/tools/thisMachine.ts';
import { Host, reply, say } from '../../agent/support/host.ts';
import { connect, sourceOf } from '../../computer/desktop/driving.ts';
import { startXvnc } from '../desktop/xserver.ts';
import { FakeComputer } from '../fakeComputer.ts';
import { fakeComputers } from '../fakeComputers.ts';
import { startMessagesApi } from '../messagesApi/server.ts';
import { startPageServer } from '../pageServer.ts';
import { RUNS, toJson } from './recording.ts';
import { type Place, SCENARIOS, type Scenario } from './scenarios.ts';

/** What a run has around it, until it is closed. */
interface Stage extends Place {
  readonly computer: Computer;
  close(): Promise<void>;
}

/** The detector hears of each call, and says nothing: the run goes on to the end of its script. */
function tap(turns: Step[][]): void {
  let latest: Step[] = [];
  StuckDetector.prototype.take = (step) => {
    latest.push(step);
    return undefined;
  };
  StuckDetector.prototype.turnEnded = () => {
    turns.push(latest);
    latest = [];
  };
}

async function record(scenario: Scenario): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'stuck-runs-'));
  const work = mkdtempSync(path.join(os.tmpdir(), 'stuck-work-'));
  const stage = await stageOf(scenario, work);
  const turns: Step[][] = [];
  tap(turns);
  const script = scenario.turns(stage).values();
  const api = await startMessagesApi({
    script: () => {
      const turn = script.next().value;
      if (!turn) return reply(say('Done.'));
      return reply(...(typeof turn === 'function' ? turn(turns.flat()) : turn));
    },
  });
  const editor = createEditorTool(
    localFiles(() => [work]),
    { access: 'write', hasUnsavedChanges: () => false, confirm: async () => true, edited: () => {} },
  );
  const host = new Host(folder, api, {
    computers: fakeComputers('Recorded', async () => stage.computer),
    tools: {
      thisMachine: () => thisMachine({ folder: work }),
      commandLimitMs: () => 60_000,
      editor: async () => ({ tool: editor, briefing: 'The editor is here.' }),
    },
  });
  try {
    await host.sessions.create().send('Go');
    if (host.faults.length > 0) throw host.faults[0];
  } finally {
    await host.close();
    await stage.close();
    await api.close();
    for (const each of [folder, work]) rmSync(each, { recursive: true });
  }
  const { name, kind, about } = scenario;
  const steps = turns
    .filter((calls) => calls.length > 0)
    .map((calls) => calls.map((step) => plain(step, stage, work)));
  writeFileSync(path.join(RUNS, `${name}.json`), toJson({ name, kind, about, turns: steps }));
  const failed = steps.flat().filter(({ isFailed }) => isFailed);
  console.log(`${name}: ${steps.flat().length} steps, ${failed.length} failed ${failed[0]?.text ?? ''}`);
}

/** Without what differs from one recording to the next. */
function plain(step: Step, { url }: Place, work: string): Step {
  const text = JSON.stringify({
    ...step,
    screen: undefined,
    durationMs: Math.round(step.durationMs / 100) * 100,
  });
  const told = JSON.parse(text.replaceAll(url, 'http://site.test/').replaceAll(work, '/work')) as Step;
  return step.screen ? { ...told, screen: step.screen } : told;
}

async function stageOf({ on }: Scenario, work: string): Promise<Stage> {
  if (on === 'tools')
    return { url: 'http://nowhere.test/', work, computer: new FakeComputer(), close: async () => {} };
  if (on === 'browser') {
    const server = await startPageServer();
    return {
      url: server.url,
      work,
      computer: createBrowserComputer({ tempRoot: work }),
      close: () => server.close(),
    };
  }
  const server = await startXvnc();
  server.run('xterm', [
    '-geometry',
    '80x24+0+0',
    '-fa',
    'Mono',
    '-fs',
    '12',
    '-e',
    'env',
    'PS1=> ',
    'bash',
    '--norc',
  ]);
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  return {
    ...{ url: 'http://nowhere.test/', work },
    computer: createDesktopComputer({ source: sourceOf(() => server), connect }),
    close: () => server.close(),
  };
}

const names = process.argv.slice(2);
for (const scenario of SCENARIOS) {
  if (names.length === 0 || names.includes(scenario.name)) await record(scenario);
}
