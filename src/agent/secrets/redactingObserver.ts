import type { CallObserver } from '../observedToolset.ts';
import { RedactedOutput } from './redactedOutput.ts';
import type { SessionSecrets } from './sessionSecrets.ts';

/** `observer`, which hears of no value what a call asks, prints and changes while it runs. Its result has none anyway. */
export function redactingObserver(observer: CallObserver, secrets: SessionSecrets): CallObserver {
  /** Of calls under way. */
  const outputs = new Map<string, RedactedOutput>();
  return {
    ...observer,
    async ask(call, question, signal) {
      await secrets.refresh();
      return observer.ask(call, secrets.redact(question), signal);
    },
    outputCame(call, news) {
      const output = outputs.get(call.id) ?? new RedactedOutput(secrets.redactor);
      outputs.set(call.id, output);
      observer.outputCame(call, output.news(news));
    },
    callEnded(call, outcome) {
      outputs.delete(call.id);
      const edit = outcome.status === 'done' && outcome.edit;
      observer.callEnded(call, edit ? { ...outcome, edit: secrets.redact(edit) } : outcome);
    },
  };
}
