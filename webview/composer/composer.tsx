import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { MAX_PROMPT_LENGTH } from '../../src/protocol/guards.ts';
import type { SessionStatus } from '../../src/protocol/messages.ts';
import { useApp } from '../app-context.ts';
import { runStateText } from '../header/run-state.ts';
import { Icon } from '../icon.tsx';
import type { Strings } from '../strings.ts';
import { useRequest } from '../use-request.ts';
import { ProviderBar } from './provider-bar.tsx';

/** Where the user writes. */
export function Composer({ status }: { readonly status: SessionStatus }) {
  const { strings, post, viewState, prompts, endRequests, promptRequests } = useApp();
  const form = useRef<HTMLFormElement>(null);
  const prompt = useRef<HTMLTextAreaElement>(null);
  useFocusOnEntry(prompt);
  useRequest(promptRequests, () => prompt.current?.focus());
  const draft = viewState.draft;
  const { run, model, access } = status;
  const isClosed = model.provider === 'none' || access !== 'full';
  const canSend = run.state === 'idle' && !isClosed && !prompts.isSending;

  const send = (text: string) => {
    if (!canSend || text.trim() === '' || text.length > MAX_PROMPT_LENGTH) return;
    prompts.send(text);
    endRequests.value++;
  };
  const stop = () => {
    post({ type: 'stop' });
    // The button goes away; a second press must not fall on Send, which takes its place.
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
        <ProviderBar status={status} onPrompt={send} />
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
              <button
                key="send"
                type="submit"
                class="icon-button send"
                disabled={!canSend || draft.trim() === '' || draft.length > MAX_PROMPT_LENGTH}
                title={strings.send}
                aria-label={strings.send}
              >
                <Icon name="send" />
              </button>
            ) : (
              <button
                key="stop"
                type="button"
                class="icon-button stop"
                disabled={run.state === 'stopping'}
                title={strings.stop}
                aria-label={strings.stop}
                onClick={stop}
              >
                <Icon name="debug-stop" />
              </button>
            )}
          </div>
        </form>
      </div>
    </footer>
  );
}

function hintText({ run, model, access }: SessionStatus, draft: string, strings: Strings): string {
  if (draft.length > MAX_PROMPT_LENGTH) return strings.tooLong;
  if (run.state !== 'idle') {
    return run.state === 'running' && draft.trim() !== '' ? strings.busyHint : runStateText(run, strings);
  }
  return model.provider === 'none' || access !== 'full' ? '' : strings.keyHint;
}

/** Whether the key belongs to an input method that is still composing a character; 229 is how older ones say so. */
function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** Lets the user type at once when the panel gets the focus, unless something in it has it already. */
function useFocusOnEntry(prompt: RefObject<HTMLTextAreaElement | null>): void {
  useEffect(() => {
    const enter = () => {
      if (document.activeElement === document.body) prompt.current?.focus({ preventScroll: true });
    };
    if (document.hasFocus()) enter();
    window.addEventListener('focus', enter);
    return () => window.removeEventListener('focus', enter);
  }, [prompt]);
}
