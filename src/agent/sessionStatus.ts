/** What the panels of a session say of it, and who may use it. */
import type { Computers } from '../computer/computer.ts';
import type { SessionProvider, SessionRecord } from '../history/history.ts';
import type { Access, ComputerStatus, SessionStatus } from '../protocol/messages.ts';
import type { SessionDeps, Surroundings } from './surroundings.ts';

/** What changes while a session is used. */
export interface Live extends Pick<SessionStatus, 'run' | 'control' | 'unattended'> {
  /** Whether the transcript ends in an offer to go on. */
  readonly endsInOffer: boolean;
}

/** A session as its host has it: `isWritable` where it is this one's. */
export interface HeldSession {
  readonly record: SessionRecord;
  readonly isWritable: boolean;
}

export function sessionStatus(
  held: HeldSession,
  { surroundings, computers }: Pick<SessionDeps, 'surroundings' | 'computers'>,
  { endsInOffer, ...live }: Live,
): SessionStatus {
  const { title, tokens, provider } = held.record;
  return {
    title,
    tokens,
    httpLogs: surroundings.httpLogs,
    access: accessTo(held, surroundings),
    consent: hasConsent(provider, surroundings) ? 'given' : 'needed',
    model: modelStatus(provider, surroundings),
    computer: computerStatus(held.record, computers),
    ...live,
    ...(endsInOffer && live.run.state === 'idle' && { unfinished: true }),
  };
}

export function accessTo({ isWritable }: HeldSession, { isTrusted }: Surroundings): Access {
  if (!isTrusted) return 'restricted';
  return isWritable ? 'full' : 'elsewhere';
}

/** Whether a run may begin as far as the risks go: the demo has none. */
export function hasConsent(provider: SessionProvider, surroundings: Surroundings): boolean {
  return provider === 'demo' || surroundings.hasConsent;
}

function modelStatus(
  provider: SessionProvider,
  { hasApiKey, modelLabel }: Surroundings,
): SessionStatus['model'] {
  if (provider === 'demo') return { provider, label: 'Demo' };
  return { provider: hasApiKey ? 'anthropic' : 'none', label: modelLabel };
}

/** The demo's page and its steps are known, so nothing is said of what is kept apart. */
function computerStatus({ provider, computer: kind }: SessionRecord, computers: Computers): ComputerStatus {
  const isolation = provider === 'demo' ? undefined : computers.isolation?.(kind);
  return { kind, label: computers.of(kind).label, ...(isolation && { isolation }) };
}
