import type { Event } from '../base/emitter.ts';
import type { Computers } from '../computer/computer.ts';
import type { History, SessionProvider } from '../history/history.ts';
import type { SessionId } from '../protocol/transcript.ts';
import type { ApprovalSettings, Asked } from './approvals/approvals.ts';
import type { BackoffPolicy } from './backoff.ts';
import type { Connection } from './conversation.ts';
import type { RunLimits } from './limits/runLimits.ts';
import type { SecretVault } from './secrets/secrets.ts';
import type { ToolSettings } from './sessionTools.ts';

/** What a session needs from the world around it. */
export interface SessionDeps {
  readonly history: History;
  readonly surroundings: Surroundings;
  readonly computers: Computers;
  /** Without them there is a shell only where the computer has one. */
  readonly tools?: ToolSettings;
  /** What the user's settings say of approvals; without them {@link DEFAULT_APPROVALS}. */
  readonly approvals?: ApprovalSettings;
  /** How much a run may take, as of now; without it there is no limit. */
  readonly limits?: () => RunLimits;
  /** What the user lets the model type without seeing it; without it, nothing. */
  readonly secrets?: SecretVault;
  readonly backoff: BackoffPolicy;
  /** The session waits for an answer, which may be given here as well as in its panels. */
  readonly onAsked?: (session: SessionId, asked: Asked) => void;
  /** Owns what goes wrong outside of a turn, such as a full disk. */
  readonly onFault: (error: unknown) => void;
}

/** The settings and secrets that sessions share, as they are now. */
export interface Surroundings {
  readonly hasApiKey: boolean;
  readonly modelLabel: string;
  readonly httpLogs: boolean;
  /** Whether the user trusts what is in the workspace; without that no tool may run. */
  readonly isTrusted: boolean;
  /** Whether the user knows of the risks and has agreed; without that nothing but the demo runs. */
  readonly hasConsent: boolean;
  readonly onDidChange: Event<void>;
  /** How to reach `provider`, or why it may not be reached. */
  connect(provider: SessionProvider): Promise<Connection | NoConnection>;
}

/**
 * `no-key`: the API needs one. `key-withheld`: the user does not want it sent to the API's address. `restricted`: the
 * workspace is not trusted, so no tool may run. `no-consent`: the user has not agreed to the risks.
 */
export interface NoConnection {
  readonly reason: 'no-key' | 'key-withheld' | 'no-consent' | 'restricted';
}
