import { runLoggedSession } from '../support/httpLogGrowth.ts';
import { atMost, type Figure, reported } from './figure.ts';

/** How the HTTP exchange log grows with a session. */
export async function httpLog(): Promise<Figure[]> {
  const bytes = new Map<number, number>();
  for (const turns of [50, 100, 200]) bytes.set(turns, (await runLoggedSession(turns)).logBytes);
  const fullHistory = await growth(false);
  return [
    ...[...bytes].map(([turns, logBytes]) => reported(`httplog-bytes-${turns}-turns`, logBytes, 'bytes')),
    atMost('httplog-growth', (bytes.get(200) ?? 0) / (bytes.get(50) ?? 1), 'bytes at 200 / at 50 turns', 4.4),
    atMost('httplog-growth-unthreaded', fullHistory, 'bytes at 100 / at 25 turns', 4.4),
  ];
}

/** The same where every request holds the whole history, as servers without threads need it. */
async function growth(thread: boolean): Promise<number> {
  const short = await runLoggedSession(25, { thread });
  const long = await runLoggedSession(100, { thread });
  return long.logBytes / short.logBytes;
}
