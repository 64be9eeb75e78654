/** What the user's settings let the toolset do, in the form of its hooks. */
import { type BetaConfirmContext, URLRefusedError } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import { untilAborted } from '../../base/delay.ts';
import { toAddress } from './address.ts';
import { type AskedMember, type Confirm, isAskedMember, type MemberQuestion } from './askedMembers.ts';
import { refuse } from './errors.ts';
import { createFilePolicy } from './filePolicy.ts';
import type { Refusal } from './requestGuard.ts';
import type { BrowserToolsetOptions } from './toolset.ts';
import { decide, hostOf, REFUSALS, type UrlPolicy } from './urlPolicy.ts';

/** Read by the model. */
const CHANGED =
  'Not executed: the page has changed since the user was asked, or another tab is active. Look at it, and ask again.';

export interface ToolsetPolicies {
  readonly urls: UrlPolicy;
  readonly onRefused: (refusal: Refusal) => void;
  readonly members: readonly AskedMember[];
  /** Without it every question is answered no. */
  readonly confirm: Confirm | undefined;
  /**
   * Which document the named or the active tab shows, by a word that no other document has; undefined where there is
   * none.
   */
  readonly documentOf: (tabId: string | undefined) => string | undefined;
  /** The origin of the document that an element of the tab lies in. Throws a ToolError where there is none. */
  readonly originOf: (tabId: string | undefined, ref: string, signal: AbortSignal) => Promise<string>;
  readonly uploadFolders: readonly string[];
  /** Whether a file is one that the browser has downloaded in this session. */
  readonly isDownload: (file: string) => boolean;
}

export function toolsetOptions(policies: ToolsetPolicies): BrowserToolsetOptions {
  const { urls, onRefused, members, uploadFolders } = policies;
  return {
    configs: Object.fromEntries(members.map((member) => [member, { enabled: true }])),
    urlPolicy: (_context, written) => {
      const address = toAddress(written);
      const decision = decide(urls, address);
      if (address === 'about:blank' || decision.isAllowed) return;
      onRefused({ host: hostOf(address), reason: decision.reason, documentOf: undefined });
      throw new URLRefusedError(`Refused: ${REFUSALS[decision.reason]}.`);
    },
    filePolicy: createFilePolicy(uploadFolders, policies.isDownload),
    confirm: (context) => isConfirmed(context, policies),
  };
}

/** @throws ToolError when the page was replaced by another while the user was thinking: the answer was not about that */
async function isConfirmed(context: BetaConfirmContext, policies: ToolsetPolicies): Promise<boolean> {
  const { member } = context;
  if (!isAskedMember(member)) return true;
  const { confirm, documentOf } = policies;
  if (confirm === undefined) return false;
  const tabId = context.tabId ?? undefined;
  const asked = documentOf(tabId);
  // The tab in question is the active one as of the last report. Where the call names none, it runs on what is active now.
  const isSame = () => documentOf(namedTab(context)) === asked;
  if (!isSame()) throw refuse(CHANGED);
  const whose = await pageOf(context, policies);
  const isYes = await hasSaidYes(context, { member, url: whose, detail: detailOf(context) }, confirm);
  if (isYes && !isSame()) throw refuse(CHANGED);
  return isYes;
}

function namedTab({ input }: BetaConfirmContext): string | undefined {
  return 'tab_id' in input && typeof input.tab_id === 'string' && input.tab_id !== ''
    ? input.tab_id
    : undefined;
}

async function hasSaidYes(
  context: BetaConfirmContext,
  question: MemberQuestion,
  confirm: Confirm,
): Promise<boolean> {
  const closing = new AbortController();
  const signal = context.signal ? AbortSignal.any([context.signal, closing.signal]) : closing.signal;
  try {
    return (await untilAborted(confirm(question, signal), signal)) === true;
  } catch {
    // Stopped, or nobody could be asked.
    context.signal?.throwIfAborted();
    return false;
  } finally {
    closing.abort();
  }
}

/**
 * Whose page it is done to: a file goes to the document that its field lies in, which need not be the tab's.
 * @throws ToolError where there is no such element
 */
async function pageOf(
  { member, input, tabId, tabURL, signal }: BetaConfirmContext,
  { originOf }: ToolsetPolicies,
): Promise<string> {
  if (member !== 'file_upload') return tabURL ?? '';
  const target = 'target' in input && input.target?.type === 'ref' ? input.target.ref : undefined;
  return originOf(tabId, String(target), signal ?? new AbortController().signal);
}

function detailOf({ input }: BetaConfirmContext): string {
  if ('text' in input && typeof input.text === 'string') return input.text;
  if ('paths' in input && Array.isArray(input.paths)) return input.paths.join('\n');
  return '';
}
