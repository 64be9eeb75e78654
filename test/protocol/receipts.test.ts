import { expect, it } from 'vitest';
import type { HostMessage } from '../../src/protocol/messages.ts';
import { Receipts } from '../../src/protocol/receipts.ts';
import { revision } from '../../src/protocol/transcript.ts';
import { STATUS } from '../panel/fakes.ts';

const begin = (feed: number): HostMessage => ({
  type: 'resumed',
  feed,
  revision: revision(0),
  status: STATUS,
});
const BATCH: HostMessage = { type: 'batch', from: revision(0), to: revision(3), operations: [] };
const TEXT: HostMessage = { type: 'text', text: 'more' };

it('tells every message of a feed from all others', () => {
  const receipts = new Receipts();
  const acks = [begin(1), BATCH, TEXT, TEXT, begin(2), BATCH].map((message) => receipts.next(message));
  expect(acks.map((ack) => [ack?.feed, ack?.count])).toEqual([
    [1, 0],
    [1, 1],
    [1, 2],
    [1, 3],
    [2, 0],
    [2, 1],
  ]);
});

it('asks for no acknowledgement of what is no part of a feed', () => {
  const receipts = new Receipts();
  receipts.next(begin(1));
  receipts.next(TEXT);
  expect(receipts.next({ type: 'ping', id: 1 })).toBeUndefined();
  expect(receipts.next(TEXT)).toEqual({ type: 'ack', feed: 1, count: 2 });
});

it('asks for none where no feed is followed', () => {
  const receipts = new Receipts();
  expect(receipts.next(TEXT)).toBeUndefined();
  receipts.next(begin(1));
  receipts.leave();
  expect([receipts.next(BATCH), receipts.feed]).toEqual([undefined, null]);
  expect(receipts.next(begin(2))).toEqual({ type: 'ack', feed: 2, count: 0 });
});
