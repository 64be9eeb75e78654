import type { RefObject } from 'preact';
import { useCallback, useLayoutEffect, useRef } from 'preact/hooks';
import { MAX_PROMPT_LENGTH } from '../../src/protocol/guards.ts';
import type { SessionStatus } from '../../src/protocol/messages.ts';
import { useApp } from '../app-context.ts';
import { ConsentCard } from '../consent/consent-card.tsx';
import { useConsent } from '../consent/use-consent.ts';
import { runStateText } from '../header/run-state.ts';
import { Icon } from '../icon.tsx';
import type { Strings } from '../strings.ts';
import { useRequest } from '../use-request.ts';
import { ProviderBar } from './provider-bar.tsx';

/** Where the user writes. */
export function Composer({ status }: { readonly status: SessionStatus }) {
  const { strings, post, viewState, prompts, endRequests, promptRequests, consentRequests } = useApp();
  const form = useRef<HTMLFormElement>(null);
  const prompt = useRef<HTMLTextAreaElement>(null);
  useFocus(prompt, status);
  useRequest(promptRequests, () => prompt.current?.focus());
  const draft = viewState.draft;
  const { run, model, access } = status;
  const consent = useConsent(status, () => {
    send(viewState.draft);
    prompt.current?.focus();
  });
  useRequest(consentRequests, consent.recall);
  const isClosed = model.provider === 'none' || access !== 'full';
  const canSend = run.state === 'idle' && !isClosed && !prompts.isSending;

  const send = (text: string) => {
    if (!canSend || text.trim() === '' || text.length > MAX_PROMPT_LENGTH) return;
    if (status.consent === 'needed') {
      consent.request();
      return;
    }
    prompts.send(text);
    endRequests.value++;
  };
  // What was pressed goes away; the focus must not go with it, nor a second press fall on what takes its place.
  const stop = () => {
    post({ type: 'stop' });
    prompt.current?.focus();
  };
  const sendSuggestion = (text: string) => {
    send(text);
    prompt.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || isComposing(event)) return;
    event.preventDefault();
    form.current?.requestSubmit();
  };
  return (
    <footer class="composer">
      <div class="composer-content">
        {consent.isShown && (
          <ConsentCard
            isolation={status.computer.isolation ?? []}
            onAccept={consent.accept}
            onDecline={() => {
              consent.decline();
              prompt.current?.focus();
            }}
          />
        )}
        <ProviderBar status={status} onPrompt={sendSuggestion} />
        <form
          ref={form}
          class="composer-box"
          onSubmit={(event) => {
            event.preventDefault();
            send(draft);
          }}
        >
          <textarea
            ref={prompt}
            class="prompt"
            rows={1}
            value={draft}
            aria-label={strings.prompt}
            placeholder={strings.promptPlaceholder}
            disabled={isClosed}
            onInput={(event) => {
              viewState.draft = event.currentTarget.value;
            }}
            onKeyDown={onKeyDown}
          />
          <div class="composer-bar">
            <span class="hint">{hintText(status, draft, strings)}</span>
            {run.state === 'idle' ? (
              <SendButton
                key="send"
                isEnabled={canSend && draft.trim() !== '' && draft.length <= MAX_PROMPT_LENGTH}
              />
            ) : (
              <StopButton key="stop" isStopping={run.state === 'stopping'} onStop={stop} />
            )}
          </div>
        </form>
      </div>
    </footer>
  );
}

function SendButton({ isEnabled }: { readonly isEnabled: boolean }) {
  const { strings } = useApp();
  return (
    <button
      type="submit"
      class="icon-button send"
      disabled={!isEnabled}
      title={strings.send}
      aria-label={strings.send}
    >
      <Icon name="send" />
    </button>
  );
}

function StopButton({ isStopping, onStop }: { readonly isStopping: boolean; readonly onStop: () => void }) {
  const { strings } = useApp();
  return (
    <button
      type="button"
      class="icon-button stop"
      disabled={isStopping}
      title={strings.stop}
      aria-label={strings.stop}
      onClick={onStop}
    >
      <Icon name="debug-stop" />
    </button>
  );
}

function hintText(status: SessionStatus, draft: string, strings: Strings): string {
  const { run, model, access } = status;
  if (draft.length > MAX_PROMPT_LENGTH) return strings.tooLong;
  if (run.state !== 'idle') {
    return run.state === 'running' && draft.trim() !== '' ? strings.busyHint : runStateText(status, strings);
  }
  return model.provider === 'none' || access !== 'full' ? '' : strings.keyHint;
}

/** Whether the key belongs to an input method that is still composing a character; 229 is how older ones say so. */
function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/**
 * Lets the user type at once when the panel gets the focus, and when another may answer or a run begins or ends, as
 * that removes buttons; unless something in the panel has the focus.
 */
function useFocus(
  prompt: RefObject<HTMLTextAreaElement | null>,
  { model, access, run }: SessionStatus,
): void {
  const enter = useCallback(() => {
    if (document.activeElement === document.body) prompt.current?.focus({ preventScroll: true });
  }, [prompt]);
  const situation = `${model.provider} ${access} ${run.state === 'idle'}`;
  // Both at once: a focus that comes between them would be heard by neither.
  useLayoutEffect(() => {
    window.addEventListener('focus', enter);
    return () => window.removeEventListener('focus', enter);
  }, [enter]);
  useLayoutEffect(() => {
    if (document.hasFocus()) enter();
  }, [enter, situation]);
}
