import { expect, it } from 'vitest';
import type { HostMessage } from '../../src/protocol/messages.ts';
import { Receipts } from '../../src/protocol/receipts.ts';
import { revision } from '../../src/protocol/transcript.ts';

const batch = (to: number): HostMessage => ({
  type: 'batch',
  from: revision(0),
  to: revision(to),
  operations: [],
});
const TEXT: HostMessage = { type: 'text', text: 'more' };

it('tells every change from all others', () => {
  const receipts = new Receipts();
  const acks = [batch(3), TEXT, TEXT, batch(9), TEXT].map((message) => receipts.next(message));
  expect(acks.map((ack) => [ack?.to, ack?.texts])).toEqual([
    [3, 0],
    [3, 1],
    [3, 2],
    [9, 0],
    [9, 1],
  ]);
  expect(receipts.to).toBe(9);
});

it('asks for no acknowledgement of what changes nothing', () => {
  const receipts = new Receipts();
  receipts.next(batch(3));
  receipts.next(TEXT);
  expect(receipts.next({ type: 'ping', id: 1 })).toBeUndefined();
  expect(receipts.next(TEXT)).toMatchObject({ to: 3, texts: 2 });
});

it('goes on from a revision it is given', () => {
  const receipts = new Receipts();
  receipts.next(TEXT);
  receipts.resume(revision(7));
  expect(receipts.to).toBe(7);
  expect(receipts.next(TEXT)).toMatchObject({ to: 7, texts: 1 });
});
