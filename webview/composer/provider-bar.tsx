import type { Access, SessionStatus } from '../../src/protocol/messages.ts';
import { assertNever } from '../../src/protocol/transcript.ts';
import { useApp } from '../app-context.ts';
import { Icon } from '../icon.tsx';

export interface ProviderBarProps {
  readonly status: SessionStatus;
  /** Sends a prompt at once. */
  readonly onPrompt: (text: string) => void;
}

/**
 * Says why nothing can be sent, or who answers when it is not the real model. Each button has a key of its own: one
 * that turned into another would keep the focus, and a second press would fall on what nobody asked for.
 */
export function ProviderBar({ status, onPrompt }: ProviderBarProps) {
  const { strings, post } = useApp();
  const { provider } = status.model;
  if (status.access !== 'full') return <AccessBar access={status.access} />;
  switch (provider) {
    case 'anthropic':
      return null;
    case 'none':
      return (
        <div class="provider-bar is-none" role="note">
          <Icon name="key" />
          <span class="provider-text">{strings.noProvider}</span>
          <button
            key="set-api-key"
            type="button"
            class="button"
            onClick={() => post({ type: 'command', command: 'set-api-key' })}
          >
            {strings.setApiKey}
          </button>
          <button
            key="start-demo"
            type="button"
            class="button secondary"
            onClick={() => post({ type: 'command', command: 'start-demo' })}
          >
            {strings.startDemo}
          </button>
        </div>
      );
    case 'demo':
      return <DemoBar isIdle={status.run.state === 'idle'} onPrompt={onPrompt} />;
    default:
      return assertNever(provider);
  }
}

interface DemoBarProps extends Pick<ProviderBarProps, 'onPrompt'> {
  readonly isIdle: boolean;
}

/** A session that has begun keeps who answers, so the way on to the real model is another session. */
function DemoBar({ isIdle, onPrompt }: DemoBarProps) {
  const { strings, post, store } = useApp();
  const hasBegun = store.items.count.value > 0;
  const command = hasBegun ? 'new-session' : 'end-demo';
  return (
    <div class="provider-bar is-demo" role="note">
      <Icon name="beaker" />
      <span class="provider-text">
        {strings.demoLabel}
        {hasBegun && <small>{strings.demoKept}</small>}
      </span>
      {isIdle && (
        <button key="demo-prompt" type="button" class="chip" onClick={() => onPrompt(strings.demoPrompt)}>
          {strings.demoPrompt}
        </button>
      )}
      <button
        key={command}
        type="button"
        class="button secondary"
        onClick={() => post({ type: 'command', command })}
      >
        {hasBegun ? strings.newSession : strings.endDemo}
      </button>
    </div>
  );
}

function AccessBar({ access }: { readonly access: Exclude<Access, 'full'> }) {
  const { strings, post } = useApp();
  return (
    <div class="provider-bar is-none" role="note">
      <Icon name={access === 'restricted' ? 'workspace-untrusted' : 'multiple-windows'} />
      <span class="provider-text">{strings[access]}</span>
      {access === 'restricted' && (
        <button
          type="button"
          class="button"
          onClick={() => post({ type: 'command', command: 'manage-trust' })}
        >
          {strings.manageTrust}
        </button>
      )}
    </div>
  );
}
