/** What the user's settings let the toolset do, in the form of its hooks. */
import { type BetaConfirmContext, URLRefusedError } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import { toAddress } from './address.ts';
import { type AskedMember, type Confirm, isAskedMember } from './askedMembers.ts';
import { bounded } from './bounded.ts';
import { createFilePolicy } from './filePolicy.ts';
import type { Refusal } from './requestGuard.ts';
import type { BrowserToolsetOptions } from './toolset.ts';
import { decide, hostOf, REFUSALS, type UrlPolicy } from './urlPolicy.ts';

export interface ToolsetPolicies {
  readonly urls: UrlPolicy;
  readonly onRefused: (refusal: Refusal) => void;
  readonly members: readonly AskedMember[];
  /** Without it every question is answered no. */
  readonly confirm: Confirm | undefined;
  readonly uploadFolders: readonly string[];
}

/** How long a question is open. Then the answer is no: the model waits for it. */
export const QUESTION_LIMIT_MS = 120_000;

export function toolsetOptions(policies: ToolsetPolicies): BrowserToolsetOptions {
  const { urls, onRefused, members, confirm, uploadFolders } = policies;
  return {
    configs: Object.fromEntries(members.map((member) => [member, { enabled: true }])),
    urlPolicy: (_context, written) => {
      const address = toAddress(written);
      const decision = decide(urls, address);
      if (address === 'about:blank' || decision.isAllowed) return;
      onRefused({ host: hostOf(address), reason: decision.reason, documentOf: undefined });
      throw new URLRefusedError(`Refused: ${REFUSALS[decision.reason]}.`);
    },
    filePolicy: createFilePolicy(uploadFolders),
    confirm: (context) => isConfirmed(context, confirm),
  };
}

async function isConfirmed(context: BetaConfirmContext, confirm: Confirm | undefined): Promise<boolean> {
  const { member } = context;
  if (!isAskedMember(member)) return true;
  if (confirm === undefined) return false;
  const closing = new AbortController();
  const signal = context.signal ? AbortSignal.any([context.signal, closing.signal]) : closing.signal;
  try {
    const question = { member, url: context.tabURL ?? '', detail: detailOf(context) };
    const late = () => new Error('Nobody answered.');
    return (await bounded(confirm(question, signal), [signal], QUESTION_LIMIT_MS, late)) === true;
  } catch {
    // Stopped, unanswered, or nobody could be asked.
    context.signal?.throwIfAborted();
    return false;
  } finally {
    closing.abort();
  }
}

function detailOf({ input }: BetaConfirmContext): string {
  if ('text' in input && typeof input.text === 'string') return input.text;
  if ('paths' in input && Array.isArray(input.paths)) return input.paths.join('\n');
  return '';
}
