import { useApp } from './app-context.ts';

/**
 * What leads to that which a run still needs, a key or the user's consent, before something that would begin one is done.
 * The result says whether anything was missing: then nothing else is to be done, and the user can try again.
 */
export function useMissing(): () => boolean {
  const { store, post, consentRequests } = useApp();
  return () => {
    const status = store.status.peek();
    // The bar above the prompt says why nothing may begin where access is not full.
    if (status?.run.state !== 'idle' || status.access !== 'full') return false;
    if (status.model.provider === 'none') post({ type: 'command', command: 'set-api-key' });
    else if (status.consent === 'needed') consentRequests.value++;
    else return false;
    return true;
  };
}
