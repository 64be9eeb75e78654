import { fileURLToPath } from 'node:url';
import Anthropic from '@anthropic-ai/sdk';
import { expect, test } from 'vitest';
import { serveDemoPage } from '../../../src/agent/demo/demoPage.ts';
import { createDemoScript } from '../../../src/agent/demo/demoScript.ts';
import { createBrowserComputer } from '../../../src/computer/browser/browserComputer.ts';
import { startMessagesApi } from '../../support/messagesApi/server.ts';

const MEDIA = fileURLToPath(new URL('../../../media/demo', import.meta.url));

test('the demo runs through on the real browser computer, and the strict server finds no fault with it', async () => {
  const page = await serveDemoPage(MEDIA);
  const computer = createBrowserComputer();
  const pace = { charactersPerDelta: 40, msBetweenDeltas: 0 };
  const api = await startMessagesApi({ script: createDemoScript({ pageUrl: page.url, pace }) });
  try {
    const client = new Anthropic({ apiKey: 'k', baseURL: api.url, maxRetries: 0 });
    const runner = client.beta.messages.toolRunner({
      model: 'claude-opus-5-5',
      max_tokens: 4096,
      stream: true,
      runToolsEagerly: true,
      tools: [computer.toolset],
      messages: [{ role: 'user', content: 'Order something.' }],
    });
    let text = '';
    for await (const stream of runner) {
      stream.on('text', (delta) => {
        text += delta;
      });
      await stream.done();
    }
    expect(api.requests.map((request) => request.invalid ?? request.status)).toEqual(Array(6).fill(200));
    expect(text).toContain('$10.40');
  } finally {
    await computer.close();
    await api.close();
    page.dispose();
  }
}, 60_000);
