/** Measures how much the HTTP exchange log writes over a session. */
import Anthropic from '@anthropic-ai/sdk';
import type { Script } from '../../src/agent/demo/script.ts';
import { createScriptedFetch } from '../../src/agent/demo/scriptedModel.ts';
import { createLoggedFetch } from '../../src/http/exchangeLog.ts';
import { FakeBrowserToolset } from './fakeBrowserToolset.ts';

export interface LoggedSession {
  /** UTF-8 bytes written to the log, line ends included. */
  readonly logBytes: number;
  /** Bytes of the request bodies. */
  readonly requestBytes: number;
  readonly entries: number;
}

/**
 * Runs a session of `turns` turns, each with a thought, a sentence, a click and a screenshot, through the SDK's runner
 * and the exchange log against the scripted model.
 * @param thread - over a message thread (the default), or with the whole history in each request
 */
export async function runLoggedSession(turns: number, { thread = true } = {}): Promise<LoggedSession> {
  let logBytes = 0;
  let requestBytes = 0;
  let entries = 0;
  const scripted = createScriptedFetch(clicking(turns));
  const counted: typeof globalThis.fetch = (input, init) => {
    requestBytes += Buffer.byteLength(String(init?.body ?? ''));
    return scripted(input, init);
  };
  const sink = {
    appendLine(text: string) {
      logBytes += Buffer.byteLength(text) + 1;
      entries++;
    },
  };
  const client = new Anthropic({
    apiKey: 'test-key-not-a-secret',
    baseURL: 'http://scripted.invalid',
    fetch: createLoggedFetch(counted, { enabled: () => true, sink }),
    maxRetries: 0,
  });
  const toolset = new FakeBrowserToolset();
  const runner = client.beta.messages.toolRunner({
    model: 'scripted',
    max_tokens: 4096,
    stream: true,
    runToolsEagerly: true,
    tools: [toolset],
    messages: [{ role: 'user', content: 'Click until it is done.' }],
    ...(thread ? {} : { thread: false as const }),
  });
  for await (const stream of runner) await stream.done();
  await toolset.close();
  return { logBytes, requestBytes, entries };
}

function clicking(turns: number): Script {
  return ({ actingRepliesSincePrompt: step }) => {
    if (step >= turns - 1) return { blocks: [{ type: 'text', text: 'Done.' }] };
    const target = { type: 'coordinate', x: 100 + (step % 100), y: 200 };
    return {
      blocks: [
        { type: 'thinking', text: `Step ${step}: the button moved a little, so I look where it is now.` },
        { type: 'text', text: `I click for the ${step + 1}. time.` },
        { type: 'action', toolset: 'browser', member: 'left_click', input: { target } },
        { type: 'action', toolset: 'browser', member: 'screenshot', input: {} },
      ],
    };
  };
}
