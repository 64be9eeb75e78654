import { expect, test } from 'vitest';
import type { LiveFrameMessage } from '../../../src/protocol/liveMessages.ts';
import type { WebviewMessage } from '../../../src/protocol/messages.ts';
import { LiveStore } from '../../../webview/live/live-store.ts';

function frame(number: number): LiveFrameMessage {
  return {
    type: 'live-frame',
    frame: number,
    image: Uint8Array.of(number),
    mediaType: 'image/jpeg',
    width: 1280,
    height: 800,
  };
}

/** A store whose decoder works as long as the test wants. */
function create() {
  const posted: WebviewMessage[] = [];
  const errors: unknown[] = [];
  const decoding: Array<{ frame: number } & PromiseWithResolvers<ImageBitmap>> = [];
  const store = new LiveStore({
    post: (message) => posted.push(message),
    decode: (message) => {
      const work = Promise.withResolvers<ImageBitmap>();
      decoding.push({ frame: message.frame, ...work });
      return work.promise;
    },
    onError: (error) => errors.push(error),
  });
  const acknowledged = () =>
    posted.flatMap((message) => (message.type === 'live-ack' ? [message.frame] : []));
  const bitmap = { close: () => {} } as ImageBitmap;
  return { store, decoding, errors, acknowledged, bitmap };
}

test('frames that come while one is drawn wait, and then only the latest is drawn', async () => {
  const { store, decoding, acknowledged, bitmap } = create();
  for (const number of [1, 2, 3]) store.receive(frame(number));
  expect(acknowledged()).toEqual([1]);
  decoding[0]?.resolve(bitmap);
  await expect.poll(() => acknowledged()).toEqual([1, 2, 3]);
  expect(decoding.map((work) => work.frame)).toEqual([1, 3]);
});

test('a frame that cannot be decoded is told of and is not the last', async () => {
  const { store, decoding, errors, acknowledged } = create();
  store.receive(frame(1));
  decoding[0]?.reject(new Error('broken'));
  await expect.poll(() => errors).toHaveLength(1);
  store.receive(frame(2));
  await expect.poll(() => acknowledged()).toEqual([1, 2]);
});
