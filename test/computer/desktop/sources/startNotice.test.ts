import { expect, test, vi } from 'vitest';
import type { DesktopMachine } from '../../../../src/computer/desktop/machine.ts';
import { withStartNotice } from '../../../../src/computer/desktop/sources/startNotice.ts';

const { signal } = new AbortController();

/** A source whose start says the lines and then does what `end` does. */
function noticed(lines: readonly string[], end: () => Promise<DesktopMachine>) {
  const notice = { report: vi.fn(), close: vi.fn() };
  const open = vi.fn(() => notice);
  let late: (line: string) => void = () => undefined;
  const source = withStartNotice(
    (onProgress) => ({
      kind: 'docker',
      label: 'Container',
      start() {
        late = onProgress;
        for (const line of lines) onProgress(line);
        return end();
      },
    }),
    open,
  );
  return { source, notice, open, sayLater: (line: string) => late(line) };
}

test('a notice is there from the first line to the end of the start, and only then', async () => {
  const machine = {} as DesktopMachine;
  const { source, notice, open, sayLater } = noticed(['#1 [a](command:b)\u001b[1m', '#2'], async () => {
    expect(notice.close).not.toHaveBeenCalled();
    return machine;
  });
  expect(await source.start(signal)).toBe(machine);
  expect(open).toHaveBeenCalledOnce();
  expect(notice.report.mock.calls[0]?.[0]).toBe('#1  a (command:b)  1m');
  expect(notice.close).toHaveBeenCalledOnce();
  sayLater('#3');
  expect(open).toHaveBeenCalledOnce();
});

test('a start that fails closes it; one that has nothing to say has none', async () => {
  const failing = noticed(['#1'], () => Promise.reject(new Error('stopped')));
  await expect(failing.source.start(signal)).rejects.toThrow('stopped');
  expect(failing.notice.close).toHaveBeenCalledOnce();
  const silent = noticed([], async () => ({}) as DesktopMachine);
  await silent.source.start(signal);
  expect(silent.open).not.toHaveBeenCalled();
});
