import { useApp } from './app-context.ts';
import { Icon } from './icon.tsx';

/** An empty transcript: what this is, what to try, what to mind. */
export function Welcome() {
  const { strings, viewState } = useApp();
  const examples = [strings.example1, strings.example2, strings.example3];
  const fill = (text: string) => {
    viewState.draft = text;
    document.querySelector<HTMLTextAreaElement>('.prompt')?.focus();
  };
  return (
    <main class="welcome">
      <div class="welcome-content">
        <span class="welcome-mark">
          <Icon name="browser" />
        </span>
        <h2>{strings.welcomeTitle}</h2>
        <p>{strings.welcomeText}</p>
        <ul class="examples" aria-label={strings.examplesLabel}>
          {examples.map((example) => (
            <li key={example}>
              <button type="button" class="example" onClick={() => fill(example)}>
                {example}
              </button>
            </li>
          ))}
        </ul>
        <p class="safety">
          <Icon name="shield" />
          <span>{strings.safety}</span>
        </p>
      </div>
    </main>
  );
}
