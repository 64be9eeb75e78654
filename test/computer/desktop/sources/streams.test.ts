import { once } from 'node:events';
import { expect, test, vi } from 'vitest';
import { commandStream, untilFirstBytes } from '../../../../src/computer/desktop/sources/streams.ts';

const { signal } = new AbortController();

test('bytes go both ways, as many as there are', async () => {
  const { stream } = commandStream('cat', [], process.env);
  const sent = Buffer.alloc(3_000_000, 'abcdefg');
  stream.end(sent);
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).equals(sent)).toBe(true);
});

test('a reader that does not read holds the program up', async () => {
  const { stream } = commandStream('sh', ['-c', 'yes | head -c 20000000'], process.env);
  await untilFirstBytes(stream, 5_000, signal);
  expect(stream.readableLength).toBeLessThan(1_000_000);
  stream.destroy();
  await once(stream, 'close');
});

test('it closes with its program, also while something is being written', async () => {
  for (let round = 0; round < 10; round++) {
    const { stream } = commandStream('sh', ['-c', 'echo hello; exec sleep 0.05'], process.env);
    await untilFirstBytes(stream, 5_000, signal);
    stream.on('error', () => undefined).resume();
    stream.write(Buffer.alloc(1_000_000));
    await once(stream, 'close');
  }
});

test('closing it ends the program', async () => {
  const { stream } = commandStream('sh', ['-c', 'echo $$; trap "" TERM HUP; exec sleep 1000'], process.env);
  await untilFirstBytes(stream, 5_000, signal);
  const processId = Number(String(stream.read()));
  stream.destroy();
  await vi.waitFor(() => expect(() => process.kill(processId, 0)).toThrow(), 5_000);
});
