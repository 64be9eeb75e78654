import * as vscode from 'vscode';
import type { Sessions } from '../agent/sessions.ts';
import { type CleanUpResult, cleanUp } from '../history/cleanUp.ts';
import type { History } from '../history/history.ts';
import type { RetentionLimits } from '../history/retention.ts';
import { openSettings, readRetention } from './settings.ts';

const DAY_MS = 24 * 60 * 60_000;
const MEBIBYTE = 2 ** 20;

/** How long after the history is opened the clean-up begins, in ms: when the window has come to rest. */
const LEISURE_MS = 60_000;

export interface HistoryCleanUpDeps {
  readonly history: History;
  readonly sessions: Sessions;
  /** Owns what goes wrong when nobody asked for the clean-up. */
  readonly onFault: (error: unknown) => void;
}

/** Deletes sessions past the limits the user set: once after the history is opened, and when asked to. */
export class HistoryCleanUp implements vscode.Disposable {
  readonly #deps: HistoryCleanUpDeps;
  readonly #timer: NodeJS.Timeout;
  readonly #ending = new AbortController();
  #underWay: Promise<CleanUpResult> | undefined;

  constructor(deps: HistoryCleanUpDeps) {
    this.#deps = deps;
    this.#timer = setTimeout(() => {
      this.#run().then((result) => result.sessions > 0 && tell(result), deps.onFault);
    }, LEISURE_MS);
  }

  /** Cleans up and says what came of it. Never rejects. */
  async runAndTell(): Promise<void> {
    try {
      const { maxAgeDays, maxSizeMb } = readRetention();
      const result = await this.#run();
      if (maxAgeDays > 0 || maxSizeMb > 0 || result.bytes > 0) tell(result);
      else await offerSettings();
    } catch (error) {
      this.#deps.onFault(error);
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#ending.abort();
  }

  /** Ends the clean-up; resolves when the history is no longer written to. */
  async close(): Promise<void> {
    this.dispose();
    await this.#underWay?.catch(() => undefined);
  }

  #run(): Promise<CleanUpResult> {
    this.#underWay ??= this.#cleanUp().finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  async #cleanUp(): Promise<CleanUpResult> {
    const { history, sessions } = this.#deps;
    const progress = new CleanUpProgress();
    try {
      return await cleanUp(history, {
        limits: limits(),
        now: Date.now(),
        isOpen: (id) => sessions.isOpen(id),
        signal: AbortSignal.any([this.#ending.signal, progress.signal]),
        onProgress: (done, of) => progress.show(done, of),
      });
    } finally {
      progress.end();
      sessions.changed();
    }
  }
}

/** A notification that can be cancelled; it appears with the first session that is deleted. */
class CleanUpProgress {
  readonly #cancelling = new AbortController();
  readonly #ended = Promise.withResolvers<void>();
  #report: ((message: string) => void) | undefined;
  #message = '';
  #isShown = false;

  get signal(): AbortSignal {
    return this.#cancelling.signal;
  }

  show(done: number, of: number): void {
    this.#message = vscode.l10n.t('{0} of {1} sessions deleted', done, of);
    this.#report?.(this.#message);
    if (this.#isShown) return;
    this.#isShown = true;
    void vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: vscode.l10n.t('Cleaning up the session history'),
        cancellable: true,
      },
      (progress, token) => {
        token.onCancellationRequested(() => this.#cancelling.abort());
        this.#report = (message) => progress.report({ message });
        this.#report(this.#message);
        return this.#ended.promise;
      },
    );
  }

  end(): void {
    this.#ended.resolve();
  }
}

function limits(): RetentionLimits {
  const { maxAgeDays, maxSizeMb } = readRetention();
  return {
    maxAgeMs: maxAgeDays > 0 ? maxAgeDays * DAY_MS : null,
    maxBytes: maxSizeMb > 0 ? maxSizeMb * MEBIBYTE : null,
  };
}

function tell({ sessions, bytes }: CleanUpResult): void {
  void vscode.window.showInformationMessage(outcome(sessions, bytes));
}

function outcome(sessions: number, bytes: number): string {
  if (sessions === 1) {
    return vscode.l10n.t('One old session was deleted; {0} MB are free again.', megabytes(bytes));
  }
  if (sessions > 1) {
    return vscode.l10n.t('{0} old sessions were deleted; {1} MB are free again.', sessions, megabytes(bytes));
  }
  return bytes > 0
    ? vscode.l10n.t('Screenshots of no session were deleted; {0} MB are free again.', megabytes(bytes))
    : vscode.l10n.t('The session history is within its limits: nothing was deleted.');
}

async function offerSettings(): Promise<void> {
  const open = vscode.l10n.t('Open Settings');
  const choice = await vscode.window.showInformationMessage(
    vscode.l10n.t('All sessions are kept: no limit of age or size is set.'),
    open,
  );
  if (choice === open) await openSettings('computerUseChat.history.*');
}

function megabytes(bytes: number): string {
  return (bytes / MEBIBYTE).toFixed(bytes < 10 * MEBIBYTE ? 1 : 0);
}
