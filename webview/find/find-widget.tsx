import { useSignalEffect } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { type AppServices, useApp } from '../app-context.ts';
import { Icon } from '../icon.tsx';
import { shortcut } from '../shortcut.ts';
import { format } from '../strings.ts';
import type { Finder } from './finder.ts';
import { useHighlights } from './use-highlights.ts';

/** Between two searches because the transcript has changed, in ms. */
const REFRESH_INTERVAL_MS = 1000;
/** A selection beyond this is not what somebody looks for. */
const MAX_SELECTION = 200;

/** Find in the transcript, as VS Code's editors have it. Absent until it is opened. */
export function FindWidget() {
  const { finder } = useApp();
  useFindKeys();
  return finder.isOpen.value ? <OpenFindWidget /> : null;
}

function OpenFindWidget() {
  const { finder, strings } = useApp();
  const input = useRef<HTMLInputElement>(null);
  useFocusWhileOpen(input);
  useHighlights();
  useRefresh();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === 'Escape') finder.close();
    else if (event.key === 'Enter' && event.target === input.current) finder.step(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const results = finder.results.value;
  const isEmpty = results?.total === 0;
  const cannotStep = !results || isEmpty;
  return (
    <search class="find" aria-label={strings.find} onKeyDown={onKeyDown}>
      <input
        ref={input}
        class={`find-input${isEmpty ? ' is-empty' : ''}`}
        type="text"
        value={finder.query.value}
        placeholder={strings.find}
        aria-label={strings.find}
        spellcheck={false}
        onInput={(event) => finder.type(event.currentTarget.value)}
      />
      <span class={`find-count${isEmpty ? ' is-empty' : ''}`} role="status">
        {countText(finder, strings)}
      </span>
      <FindButton
        icon="arrow-up"
        label={strings.previousMatch}
        keys="Shift+Enter"
        disabled={cannotStep}
        onClick={() => finder.step(-1)}
      />
      <FindButton
        icon="arrow-down"
        label={strings.nextMatch}
        keys="Enter"
        disabled={cannotStep}
        onClick={() => finder.step(1)}
      />
      <FindButton icon="close" label={strings.close} keys="Escape" onClick={() => finder.close()} />
    </search>
  );
}

interface FindButtonProps {
  readonly icon: string;
  readonly label: string;
  readonly keys: string;
  readonly disabled?: boolean;
  readonly onClick: () => void;
}

function FindButton({ icon, label, keys, disabled = false, onClick }: FindButtonProps) {
  return (
    <button
      type="button"
      class="icon-button"
      title={`${label} (${shortcut(keys)})`}
      aria-label={label}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

function countText(finder: Finder, strings: AppServices['strings']): string {
  const results = finder.results.value;
  if (finder.query.value === '' || !results) return '';
  if (results.total === 0) return strings.noResults;
  return format(strings.matchCount, finder.index.value + 1, results.total);
}

/** Puts the focus into the input, and back where it was when the widget closes. */
function useFocusWhileOpen(input: { readonly current: HTMLInputElement | null }): void {
  const { navigation } = useApp();
  useLayoutEffect(() => {
    const before = document.activeElement;
    input.current?.select();
    input.current?.focus();
    return () => {
      const wasElsewhere = before instanceof HTMLElement && before !== document.body && before.isConnected;
      const target = wasElsewhere ? before : navigation.peek()?.scroller;
      target?.focus({ preventScroll: true });
    };
  }, [input, navigation]);
}

/** Ctrl+F or Cmd+F opens it from anywhere; F3 and Shift+F3 step. */
function useFindKeys(): void {
  const { finder, enlarged, navigation } = useApp();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (enlarged.peek() || event.altKey || !navigation.peek()) return;
      const isFind = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === 'f';
      const isStep = event.key === 'F3' && !event.ctrlKey && !event.metaKey;
      if (!isFind && !isStep) return;
      event.preventDefault();
      if (isStep && finder.isOpen.peek()) {
        finder.step(event.shiftKey ? -1 : 1);
        return;
      }
      finder.open(isFind ? selectedText() : '');
      const input = document.querySelector<HTMLInputElement>('.find-input');
      input?.focus();
      input?.select();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [finder, enlarged, navigation]);
}

/** Looks again while the transcript changes. */
function useRefresh(): void {
  const { finder, store } = useApp();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const seen = useRef(store.activity.peek());
  useSignalEffect(() => {
    if (store.activity.value === seen.current) return;
    seen.current = store.activity.value;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      finder.refresh();
    }, REFRESH_INTERVAL_MS);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
}

function selectedText(): string {
  const text = document.getSelection()?.toString() ?? '';
  return text.length <= MAX_SELECTION && !text.includes('\n') ? text : '';
}
