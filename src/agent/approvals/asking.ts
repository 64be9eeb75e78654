/** How what runs within a call asks the user, without knowing which session's call it is. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { ToolError } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import type { ApprovalQuestion } from '../../protocol/approvals.ts';
import type { Verdict } from './approvals.ts';

export type Ask = (question: ApprovalQuestion, signal: AbortSignal) => Promise<Verdict>;

interface Call {
  readonly ask: Ask;
  /** Why the user was asked in vain. */
  refusal: string | undefined;
}

const calls = new AsyncLocalStorage<Call>();

/**
 * Runs a call in which {@link askUser} asks by `ask`. Where that is answered no, the call's own words for it give way to
 * the user's.
 */
export function withAsking<T>(ask: Ask, run: () => T | Promise<T>): Promise<T> {
  const call: Call = { ask, refusal: undefined };
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
