import type { Signal } from '@preact/signals';
import type { MarkdownIt } from 'markdown-it';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { WebviewMessage } from '../src/protocol/messages.ts';
import type { Ordinal, Point, ScreenshotRef } from '../src/protocol/transcript.ts';
import type { ReportError } from './errors.ts';
import type { Finder } from './find/finder.ts';
import type { Navigation } from './list/navigation.ts';
import type { CurrentAction } from './live/current-action.ts';
import type { LiveStore } from './live/live-store.ts';
import type { Prompts } from './store/prompts.ts';
import type { Questions } from './store/questions.ts';
import type { SessionStore } from './store/session-store.ts';
import type { ViewState } from './store/view-state.ts';
import type { Strings } from './strings.ts';

/** A screenshot shown large, with where an action took place on it. */
export interface EnlargedScreenshot {
  readonly image: ScreenshotRef;
  readonly caption: string;
  readonly points: readonly Point[];
}

/** What every part of the page may use. */
export interface AppServices {
  readonly store: SessionStore;
  readonly viewState: ViewState;
  readonly prompts: Prompts;
  readonly strings: Strings;
  readonly markdown: MarkdownIt;
  readonly post: (message: WebviewMessage) => void;
  readonly reportError: ReportError;
  /** The screenshot shown large; null when none is. */
  readonly enlarged: Signal<EnlargedScreenshot | null>;
  /** What the user opened (true) or closed (false) by hand, by item; kept while rows come and go. */
  readonly expanded: Map<Ordinal, boolean>;
  /** Moves about the transcript; null while none is on show. */
  readonly navigation: Signal<Navigation | null>;
  readonly questions: Questions;
  readonly finder: Finder;
  readonly live: LiveStore;
  readonly currentAction: CurrentAction;
  /** Raised when the transcript is to be shown at its end: the user sent something. */
  readonly endRequests: Signal<number>;
  /** Raised when the user is to go on in the composer: it was filled for them. */
  readonly promptRequests: Signal<number>;
  /** Raised when the user is to agree to the risks first: what they asked for would begin a run. */
  readonly consentRequests: Signal<number>;
}

const AppContext = createContext<AppServices | null>(null);

export const AppProvider = AppContext.Provider;

/** The services of the page. @throws Error outside of the app */
export function useApp(): AppServices {
  const services = useContext(AppContext);
  if (!services) throw new Error('Rendered outside of the app.');
  return services;
}
