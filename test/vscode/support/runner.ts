/** A test runner small enough to run anywhere VS Code does: `test()` collects, `run()` runs them one after another. */
import { appendFileSync } from 'node:fs';

type TestBody = () => void | Promise<void>;

/** One line of the report. */
type ReportEntry =
  | { type: 'result'; name: string; ok: boolean; durationMs: number; error?: string }
  | { type: 'figure'; id: string; value: number }
  | { type: 'end' };

const TIMEOUT_MS = 60_000;

const tests: { name: string; body: TestBody }[] = [];

/** Adds a test. They run in the order in which they were added. */
export function test(name: string, body: TestBody): void {
  tests.push({ name, body });
}

/** Reports a measurement for the bench. */
export function figure(id: string, value: number): void {
  report({ type: 'figure', id, value });
}

/**
 * What VS Code calls. Reports to the file that COMPUTER_USE_CHAT_TEST_RESULTS names, else to the console.
 *
 * @throws when a test failed, which gives the desktop VS Code its exit code
 */
export async function run(): Promise<void> {
  let failed = 0;
  for (const { name, body } of tests) {
    const start = performance.now();
    const error = await failureOf(body);
    if (error !== undefined) failed++;
    const durationMs = Math.round(performance.now() - start);
    const outcome = error === undefined ? { ok: true } : { ok: false, error };
    report({ type: 'result', name, durationMs, ...outcome });
  }
  report({ type: 'end' });
  if (failed > 0) throw new Error(`${failed} of ${tests.length} tests failed.`);
}

async function failureOf(body: TestBody): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It took more than ${TIMEOUT_MS} ms.`)), TIMEOUT_MS);
  });
  try {
    await Promise.race([body(), tooLong]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } finally {
    clearTimeout(timer);
  }
}

function report(entry: ReportEntry): void {
  const line = JSON.stringify(entry);
  const path = process.env.COMPUTER_USE_CHAT_TEST_RESULTS;
  if (path) appendFileSync(path, `${line}\n`);
  else console.log(line);
}
