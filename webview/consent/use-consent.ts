import { useEffect, useState } from 'preact/hooks';
import type { SessionStatus } from '../../src/protocol/messages.ts';
import { useApp } from '../app-context.ts';

/** What the composer does about the risks that the user has to know of before anything runs. */
export interface ConsentRequest {
  /** Whether the card is to be shown. */
  readonly isShown: boolean;
  /** Shows it. What was to be sent stays in the composer. */
  request(): void;
  /** Shows it again in a session that has begun, though it was declined. Nothing is sent once the user agrees. */
  recall(): void;
  accept(): void;
  decline(): void;
}

/**
 * In a session that has begun the card is there at once: what it offers (retry, continue) would begin a run as well. In
 * an empty one it comes with the first prompt, which is sent once the user has agreed.
 *
 * @param onAccepted - the prompt that waited may be sent
 */
export function useConsent(status: SessionStatus, onAccepted: () => void): ConsentRequest {
  const { store, post } = useApp();
  const [isRequested, setRequested] = useState(false);
  const [isDeclined, setDeclined] = useState(false);
  const isNeeded =
    status.consent === 'needed' && status.access === 'full' && status.model.provider !== 'none';
  useEffect(() => {
    if (isNeeded || !isRequested) return;
    setRequested(false);
    if (status.consent === 'given') onAccepted();
  }, [isNeeded]);
  const hasBegun = store.items.count.value > 0;
  return {
    isShown: isNeeded && (isRequested || (hasBegun && !isDeclined)),
    request: () => setRequested(true),
    recall: () => setDeclined(false),
    accept: () => post({ type: 'command', command: 'accept-risks' }),
    decline: () => {
      setRequested(false);
      setDeclined(true);
    },
  };
}
