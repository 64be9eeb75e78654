import { useApp } from './app-context.ts';
import { Icon } from './icon.tsx';

/** An empty transcript: what this is, what to try, what to mind. */
export function Welcome() {
  const { store, strings } = useApp();
  return (
    <div class="welcome">
      <div class="welcome-content">
        <span class="welcome-mark">
          <Icon name="browser" />
        </span>
        <h2>{strings.welcomeTitle}</h2>
        <p>{strings.welcomeText}</p>
        {store.status.value?.model.provider === 'anthropic' && <Examples />}
        <p class="safety">
          <Icon name="shield" />
          <span>{strings.safety}</span>
        </p>
      </div>
    </div>
  );
}

/** Only for the real model: the demo knows one prompt, and without a key nothing can be sent. */
function Examples() {
  const { strings, viewState, promptRequests } = useApp();
  const fill = (text: string) => {
    viewState.draft = text;
    promptRequests.value++;
  };
  return (
    <ul class="examples" aria-label={strings.examplesLabel}>
      {[strings.example1, strings.example2, strings.example3].map((example) => (
        <li key={example}>
          <button type="button" class="example" onClick={() => fill(example)}>
            {example}
          </button>
        </li>
      ))}
    </ul>
  );
}
