/** Nothing runs before the user has agreed to the risks. */
import { expect, it } from 'vitest';
import { Emitter } from '../../src/base/emitter.ts';
import { connection, itemsOf, reply, say } from './support/host.ts';
import { useWorkplace } from './support/workplace.ts';

const at = useWorkplace();

it('begins no run and stores nothing, and does once the user has agreed', async () => {
  const changes = new Emitter<void>();
  await at.restart({ hasConsent: false, onDidChange: changes.event });
  expect(at.session.status.consent).toBe('needed');
  expect(at.session.prompt('Go')).toBe(false);
  expect([itemsOf(at.session), at.host.sessions.list()]).toEqual([[], []]);
  at.host.surroundings.hasConsent = true;
  const told: unknown[] = [];
  at.session.onStatus(({ consent }) => told.push(consent));
  changes.fire();
  expect(told).toEqual(['given']);
  at.api.enqueue(reply(say('Done.')));
  await at.session.send('Go');
  expect(itemsOf(at.session)).toHaveLength(2);
});

it('continues no run of before either', async () => {
  at.api.enqueue({ ...reply(say('Cut')), stopReason: 'max_tokens' });
  await at.session.send('Go');
  await at.reopen({ hasConsent: false });
  const notice = itemsOf(at.session).at(-1);
  await at.session.resume(notice?.ordinal as never, 'continue');
  expect(at.api.requests).toHaveLength(1);
});

it('lets the demo run', async () => {
  await at.restart({ hasConsent: false, connect: async () => connection(at.api) });
  at.session.useProvider('demo');
  expect(at.session.status.consent).toBe('given');
  at.api.enqueue(reply(say('Done.')));
  await at.session.send('Go');
  expect(itemsOf(at.session)).toHaveLength(2);
});
