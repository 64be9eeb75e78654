import { duplexPair } from 'node:stream';
import type { BetaAbstractComputerToolset20260801 } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import { expect, it, onTestFinished } from 'vitest';
import type { ComputerEvent } from '../../../src/computer/computer.ts';
import { type DesktopWay, desktopProvider } from '../../../src/computer/desktop/desktopProvider.ts';
import { DesktopUnavailable } from '../../../src/computer/desktop/machine.ts';
import { onSettled } from '../../../src/computer/settleReports.ts';
import { startXvnc, type VncServer } from '../../support/desktop/xserver.ts';
import { sourceOf } from './driving.ts';

async function created(way: DesktopWay) {
  const provider = desktopProvider({ label: () => 'Test', briefing: '', way: async () => way });
  const computer = await provider.create();
  onTestFinished(() => computer.close());
  const events: ComputerEvent[] = [];
  computer.onEvent((event) => events.push(event));
  const toolset = computer.toolset as BetaAbstractComputerToolset20260801;
  return {
    events,
    call: (name: string, input: Record<string, unknown> = {}) =>
      toolset.toolResult({
        ...{ type: 'tool_use', id: 'toolu_1', name, input, toolset_name: 'computer' },
      } as Parameters<typeof toolset.toolResult>[0]),
  };
}

it('gives a desktop the limits of its way', async () => {
  const server = await startXvnc();
  onTestFinished(() => server.close());
  const { call } = await created({
    source: sourceOf(() => server),
    limits: { settleMs: 1, beginMs: 60_000 },
  });
  const settled: boolean[] = [];
  const listening = onSettled(({ isQuiet }) => settled.push(isQuiet));
  onTestFinished(() => listening.dispose());
  await call('mouse_move', { coordinate: [10, 10] });
  expect(settled).toEqual([false]);
});

it('tells the user what its way makes of an error', async () => {
  const [ours, theirs] = duplexPair();
  theirs.write('RFB 003.008\n\x01\x02');
  theirs.on('data', () => theirs.write(Buffer.alloc(16))).on('error', () => {});
  const source = sourceOf(() => ({ connect: async () => ours }) as unknown as VncServer);
  const explained = (error: unknown) => new DesktopUnavailable(String(error), 'Do this.');
  const { call, events } = await created({ source, explained });
  expect((await call('screenshot')).is_error).toBe(true);
  expect(events).toEqual([
    {
      type: 'unavailable',
      message: 'SecurityError: The VNC server asks for a password.',
      help: 'Do this.',
    },
  ]);
});
