/** Runs the model's own scripts in the page, for `javascript_exec`. */
import type { Protocol } from 'puppeteer-core';
import { ignoreFailure } from '../bounded.ts';
import { cut } from '../cut.ts';
import { refuse } from './errors.ts';
import type { Tab } from './tab.ts';

/** Of one answer, in characters. */
const MAX_RESULT = 50_000;
const MAX_ERROR = 2_000;

/** `this` is the value. Its words are shortened in the page already: a value may be larger than what can be sent. */
const SHOW = `function (max) {
  if (this instanceof Node) return (this.outerHTML ?? this.textContent ?? this.nodeName).slice(0, max);
  if (typeof this === 'function') return String(this).slice(0, max);
  if (this instanceof Error) return String(this.stack).slice(0, max);
  // What the value is in, from the outermost in: itself and what it is shown as, which is what holds the next ones.
  const around = [];
  const above = new Set();
  // A value in many places is shown in each, which may come to more than any memory holds.
  let left = max;
  const parts = (value) => {
    if (value instanceof Map) return Object.fromEntries(value);
    if (value instanceof Set || value instanceof NodeList || value instanceof HTMLCollection) return Array.from(value);
    return value;
  };
  const plain = function (key, value) {
    if (typeof value === 'bigint') return value + 'n';
    if (typeof value === 'function') return '[function ' + value.name + ']';
    if (value === null || typeof value !== 'object') return value;
    if (value instanceof Node || value === globalThis) return '[' + (value.nodeName ?? 'window') + ']';
    while (around.length > 0 && around.at(-1).shown !== this) above.delete(around.pop().value);
    if (above.has(value)) return '[seen above]';
    if (left-- <= 0) return '[not shown]';
    const shown = parts(value);
    around.push({ value, shown });
    above.add(value);
    return shown;
  };
  return (JSON.stringify(this, plain, 1) ?? String(this)).slice(0, max);
}`;

/**
 * Runs `script` among the page's own and awaits its value.
 * @param limitMs - after which it is stopped
 * @returns the value of its last expression, objects as JSON
 * @throws ToolError with what the script threw
 */
export async function runScript(
  tab: Tab,
  script: string,
  limitMs: number,
  signal: AbortSignal,
): Promise<string> {
  const stop = () => ignoreFailure(tab.channel.session.send('Runtime.terminateExecution'));
  signal.addEventListener('abort', stop, { once: true });
  try {
    const answer = await tab.channel.send(
      'Runtime.evaluate',
      {
        expression: script,
        // As in a console: `await` anywhere, and a name may be declared again.
        replMode: true,
        awaitPromise: true,
        userGesture: true,
        timeout: limitMs,
      },
      signal,
      { limitMs: limitMs + 500, onLimit: () => unfinished(limitMs) },
    );
    const settled = await awaited(tab, answer, limitMs, signal);
    if (settled.exceptionDetails !== undefined) throw failure(settled.exceptionDetails, limitMs);
    return cut(await shown(tab, settled.result, signal), MAX_RESULT);
  } catch (error) {
    // What the protocol makes of a script that its own timeout ended.
    if (error instanceof Error && /Internal error|terminated/i.test(error.message)) throw unfinished(limitMs);
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function shown(tab: Tab, value: Protocol.Runtime.RemoteObject, signal: AbortSignal): Promise<string> {
  const { objectId } = value;
  if (objectId === undefined || value.type === 'symbol') {
    if (value.unserializableValue !== undefined) return value.unserializableValue;
    return value.type === 'symbol' ? (value.description ?? 'symbol') : String(value.value);
  }
  const { result, exceptionDetails } = await tab.channel.send(
    'Runtime.callFunctionOn',
    { objectId, functionDeclaration: SHOW, arguments: [{ value: MAX_RESULT + 1 }], returnByValue: true },
    signal,
  );
  ignoreFailure(tab.channel.session.send('Runtime.releaseObject', { objectId }));
  return exceptionDetails === undefined ? String(result.value) : (value.description ?? 'object');
}

/** The value of a promise, where the script's is one. */
async function awaited(
  tab: Tab,
  answer: Protocol.Runtime.EvaluateResponse,
  limitMs: number,
  signal: AbortSignal,
): Promise<Protocol.Runtime.EvaluateResponse> {
  const { subtype, objectId } = answer.result;
  if (answer.exceptionDetails !== undefined || subtype !== 'promise' || objectId === undefined) return answer;
  return tab.channel.send('Runtime.awaitPromise', { promiseObjectId: objectId }, signal, {
    limitMs,
    onLimit: () => refuse(`The promise was still pending after ${limitMs / 1000} s.`),
  });
}

function unfinished(limitMs: number): Error {
  return refuse(`The script did not finish within ${limitMs / 1000} s. It was stopped.`);
}

function failure(details: Protocol.Runtime.ExceptionDetails, limitMs: number): Error {
  const { exception, text } = details;
  const said = exception?.description ?? (exception === undefined ? text : `Uncaught ${exception.value}`);
  if (/^(Uncaught )?(Error: )?Execution (was )?terminated/i.test(said)) return unfinished(limitMs);
  const hint = /Illegal return/.test(said) ? ' Write the expression without "return".' : '';
  return refuse(`The script failed: ${cut(said, MAX_ERROR)}${hint}`);
}
