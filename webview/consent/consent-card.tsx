import { useEffect, useRef } from 'preact/hooks';
import { useApp } from '../app-context.ts';
import { Icon } from '../icon.tsx';
import type { Strings } from '../strings.ts';
import { useRequest } from '../use-request.ts';

const RISKS = [
  ['comment-unresolved', 'riskInstructions'],
  ['account', 'riskYourName'],
  ['device-camera', 'riskScreenshots'],
  ['credit-card', 'riskCosts'],
  ['shield', 'riskKeepAway'],
] as const satisfies readonly (readonly [string, keyof Strings])[];

export interface ConsentCardProps {
  /** What is kept apart of the session's computer, and what is not. */
  readonly isolation: readonly string[];
  readonly onAccept: () => void;
  readonly onDecline: () => void;
}

/** Names the risks before the first run. Takes the focus, so that it is read out where nobody sees it. */
export function ConsentCard({ isolation, onAccept, onDecline }: ConsentCardProps) {
  const { strings, consentRequests } = useApp();
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  useRequest(consentRequests, () => title.current?.focus());
  return (
    <section
      class="consent"
      aria-labelledby="consent-title"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onDecline();
      }}
    >
      <h2 id="consent-title" ref={title} tabIndex={-1}>
        {strings.consentTitle}
      </h2>
      <ul>
        {RISKS.map(([icon, text]) => (
          <li key={text}>
            <Icon name={icon} />
            <span>{strings[text]}</span>
          </li>
        ))}
        {isolation.length > 0 && (
          <li>
            <Icon name="vm" />
            <div>
              {strings.isolation}:
              <ul>
                {isolation.map((sentence) => (
                  <li key={sentence}>{sentence}</li>
                ))}
              </ul>
            </div>
          </li>
        )}
      </ul>
      <div class="consent-buttons">
        <button type="button" class="button consent-accept" onClick={onAccept}>
          {strings.consentAccept}
        </button>
        <button type="button" class="button secondary" onClick={onDecline}>
          {strings.consentDecline}
        </button>
      </div>
    </section>
  );
}
