/** A display that nobody sees, for browsers with a window. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

const XVFB = '/usr/bin/Xvfb';

export const hasDisplay = existsSync(XVFB);

export interface Display {
  /** For the variable `DISPLAY`: `:7`. */
  readonly name: string;
  close(): Promise<void>;
}

export async function startDisplay(): Promise<Display> {
  const display = spawn(XVFB, ['-displayfd', '1', '-screen', '0', '1600x1200x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => display.once('exit', () => resolve()));
  const number = await new Promise<string>((resolve) => {
    display.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
  });
  return {
    name: `:${number}`,
    close() {
      display.kill();
      return ended;
    },
  };
}
