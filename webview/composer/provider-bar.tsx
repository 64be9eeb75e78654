import type { SessionStatus } from '../../src/protocol/messages.ts';
import { assertNever } from '../../src/protocol/transcript.ts';
import { useApp } from '../app-context.ts';
import { Icon } from '../icon.tsx';

export interface ProviderBarProps {
  readonly status: SessionStatus;
  /** Sends a prompt at once. */
  readonly onPrompt: (text: string) => void;
}

/** Says who answers when it is not the real model: nobody yet, or the demo. */
export function ProviderBar({ status, onPrompt }: ProviderBarProps) {
  const { strings, post } = useApp();
  const { provider } = status.model;
  switch (provider) {
    case 'anthropic':
      return null;
    case 'none':
      return (
        <div class="provider-bar is-none" role="note">
          <Icon name="key" />
          <span class="provider-text">{strings.noProvider}</span>
          <button
            type="button"
            class="button"
            onClick={() => post({ type: 'command', command: 'set-api-key' })}
          >
            {strings.setApiKey}
          </button>
          <button
            type="button"
            class="button secondary"
            onClick={() => post({ type: 'command', command: 'start-demo' })}
          >
            {strings.startDemo}
          </button>
        </div>
      );
    case 'demo':
      return (
        <div class="provider-bar is-demo" role="note">
          <Icon name="beaker" />
          <span class="provider-text">{strings.demoLabel}</span>
          {status.run.state === 'idle' && (
            <button type="button" class="chip" onClick={() => onPrompt(strings.demoPrompt)}>
              {strings.demoPrompt}
            </button>
          )}
        </div>
      );
    default:
      return assertNever(provider);
  }
}
