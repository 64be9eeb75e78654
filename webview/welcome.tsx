import type { ComputerKind } from '../src/protocol/computers.ts';
import { useApp } from './app-context.ts';
import { COMPUTER_ICONS } from './computer-icons.ts';
import { Icon } from './icon.tsx';
import type { Strings } from './strings.ts';

const TEXTS = {
  browser: 'welcomeBrowser',
  virtual: 'welcomeVirtual',
  docker: 'welcomeDocker',
  vnc: 'welcomeVnc',
} as const satisfies Record<ComputerKind, keyof Strings>;

/** An empty transcript: what this is, what to try, what to mind. */
export function Welcome() {
  const { store, strings } = useApp();
  const status = store.status.value;
  const kind = status?.computer.kind ?? 'browser';
  return (
    <div class="welcome">
      <div class="welcome-content">
        <span class="welcome-mark">
          <Icon name={COMPUTER_ICONS[kind]} />
        </span>
        <h2>{strings.welcomeTitle}</h2>
        <p>{strings[TEXTS[kind]]}</p>
        {status?.model.provider === 'anthropic' && <Examples kind={kind} />}
        <Isolation sentences={status?.computer.isolation ?? []} />
        <p class="safety">
          <Icon name="shield" />
          <span>{strings.safety}</span>
        </p>
      </div>
    </div>
  );
}

/** What is kept apart and what is not, before anything runs. */
function Isolation({ sentences }: { readonly sentences: readonly string[] }) {
  const { strings } = useApp();
  if (sentences.length === 0) return null;
  return (
    <div class="safety isolation">
      <Icon name="lock" />
      <div>
        <strong>{strings.isolation}</strong>
        <ul>
          {sentences.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </div>
    </div>
  );
}

/** Only for the real model: the demo knows one prompt, and without a key nothing can be sent. */
function Examples({ kind }: { readonly kind: ComputerKind }) {
  const { strings, viewState, promptRequests } = useApp();
  const fill = (text: string) => {
    viewState.draft = text;
    promptRequests.value++;
  };
  const { example1, example2, example3, desktopExample1, desktopExample2, desktopExample3 } = strings;
  const examples =
    kind === 'browser' ? [example1, example2, example3] : [desktopExample1, desktopExample2, desktopExample3];
  return (
    <ul class="examples" aria-label={strings.examplesLabel}>
      {examples.map((example) => (
        <li key={example}>
          <button type="button" class="example" onClick={() => fill(example)}>
            {example}
          </button>
        </li>
      ))}
    </ul>
  );
}
