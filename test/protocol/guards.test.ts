import { describe, expect, it } from 'vitest';
import { parseWebviewMessage } from '../../src/protocol/guards.ts';
import { MAX_QUERY_LENGTH } from '../../src/protocol/messages.ts';

describe('parseWebviewMessage', () => {
  it.each([
    { type: 'search', request: 1, query: 'flat white', from: 0 },
    { type: 'search', request: 0, query: 'x'.repeat(MAX_QUERY_LENGTH), from: 19_999 },
    { type: 'find-user', request: 2, from: 0, direction: 'after' },
    { type: 'find-user', request: 3, from: 19_999, direction: 'before' },
    { type: 'pong', id: 7 },
    { type: 'ack', feed: 7, count: 2 },
    { type: 'ready', protocol: 4, have: null, around: 3 },
    { type: 'ready', protocol: 4, have: { feed: 1, count: 0 }, around: null },
    { type: 'read-page', request: 1, start: 50, count: 50, wanted: 99 },
    {
      type: 'view-state',
      state: {
        session: '11111111-2222-3333-4444-555555555555',
        anchor: { ordinal: 3, offset: -2.5 },
        draft: 'unsent',
      },
    },
    {
      type: 'view-state',
      state: {
        session: '11111111-2222-3333-4444-555555555555',
        anchor: null,
        draft: 'Look',
        sending: { id: '1-2', text: 'Look' },
      },
    },
    { type: 'send', id: '1-2', text: 'Look' },
    { type: 'was-taken', id: '1-2' },
    { type: 'focus', hasFocus: false },
  ])('takes $type', (message) => {
    expect(parseWebviewMessage({ ...message, extra: 'dropped' })).toEqual(message);
  });

  it.each([
    { type: 'search', request: 1, from: 0 },
    { type: 'search', request: 1, query: 'x' },
    { type: 'search', request: 1, query: 'x', from: -1 },
    { type: 'search', request: 1, query: '', from: 0 },
    { type: 'search', request: 1, query: 'x'.repeat(MAX_QUERY_LENGTH + 1), from: 0 },
    { type: 'search', request: -1, query: 'x', from: 0 },
    { type: 'find-user', request: 2, from: 0.5, direction: 'after' },
    { type: 'find-user', request: 2, from: 5, direction: 'sideways' },
    { type: 'find-user', from: 5, direction: 'after' },
    { type: 'pong', id: '7' },
    { type: 'pong' },
    { type: 'ack' },
    { type: 'ack', feed: -1, count: 0 },
    { type: 'ack', feed: 7 },
    { type: 'ready', protocol: 4, have: { feed: 1 }, around: null },
    { type: 'ready', protocol: 4, around: null },
    { type: 'read-page', request: 1, start: 50, count: 50 },
    { type: 'read-page', request: 1, start: 50, count: 50, wanted: 100 },
    { type: 'read-page', request: 1, start: 50, count: 51, wanted: 50 },
    { type: 'view-state' },
    { type: 'view-state', state: { session: 'x', anchor: null, draft: '' } },
    { type: 'focus', hasFocus: 1 },
    { type: 'send', id: '', text: 'Look' },
    { type: 'send', id: 'x'.repeat(65), text: 'Look' },
    { type: 'send', id: '1', text: ' ' },
    { type: 'was-taken' },
  ])('refuses %j', (message) => {
    expect(parseWebviewMessage(message)).toBeUndefined();
  });
});
