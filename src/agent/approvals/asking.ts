/** How what runs within a call asks the user, without knowing which session's call it is. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { ToolError } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import type { ApprovalQuestion } from '../../protocol/approvals.ts';
import type { Verdict } from './approvals.ts';

export type Ask = (question: ApprovalQuestion, signal: AbortSignal) => Promise<Verdict>;

/** How a call reaches the user. */
export interface Asking {
  readonly ask: Ask;
  /** Resolves and rejects as `over` does, until which the call waits for the user: that is none of Claude's time. */
  waitForUser<T>(over: Promise<T>): Promise<T>;
}

interface Call extends Asking {
  /** Why the user was asked in vain. */
  refusal: string | undefined;
}

const calls = new AsyncLocalStorage<Call>();

/**
 * Runs a call in which {@link askUser} asks by `asking`. Where that is answered no, the call's own words for it give way to
 * the user's.
 */
export function withAsking<T>({ ask, waitForUser }: Asking, run: () => T | Promise<T>): Promise<T> {
  const call: Call = { ask, waitForUser, refusal: undefined };
  return calls.run(call, async () => {
    try {
      return await run();
    } catch (error) {
      if (call.refusal !== undefined && error instanceof ToolError) throw new ToolError(call.refusal);
      throw error;
    }
  });
}

/** Asks the user, within a call of the model's; elsewhere there is nobody to ask. @throws the signal's reason */
export async function askUser(question: ApprovalQuestion, signal: AbortSignal): Promise<boolean> {
  const call = calls.getStore();
  if (!call) return false;
  const verdict = await call.ask(question, signal);
  if (!verdict.isAllowed) call.refusal = verdict.reason;
  return verdict.isAllowed;
}

/** Waits for what the user decides elsewhere, as in a dialog of VS Code's, within a call of the model's. */
export async function waitForUser<T>(over: Promise<T>): Promise<T> {
  const call = calls.getStore();
  return call ? call.waitForUser(over) : over;
}
