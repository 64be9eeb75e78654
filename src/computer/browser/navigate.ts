/** Takes a tab to an address, or back and forth in its history, and says how that went. */

import {
  type BetaBrowserNavigateResult,
  type ToolError,
  URLRefusedError,
} from '@anthropic-ai/sdk/helpers/beta/toolsets';
import type { Protocol } from 'puppeteer-core';
import { untilAborted } from '../../base/delay.ts';
import { ignoreFailure } from '../bounded.ts';
import { toAddress } from './address.ts';
import { refuse } from './errors.ts';
import type { Limits } from './limits.ts';
import { settle } from './settle.ts';
import type { Tab } from './tab.ts';

const ASKS_PASSWORD =
  'The server asks for a user name and a password (HTTP authentication). The prompt was cancelled.';

const LEFT =
  'The page, or something that it loads, is refused by the user’s rules. It was left; the tab is empty.';

/** How long a step in the history may take to begin. */
const HISTORY_LIMIT_MS = 2_000;

/** What the network errors a person meets mean. Others are named by their code. */
const FAILURES: Readonly<Record<string, string>> = {
  ERR_NAME_NOT_RESOLVED: 'the host name could not be resolved',
  ERR_CONNECTION_REFUSED: 'the server refused the connection',
  ERR_CONNECTION_RESET: 'the connection was reset',
  ERR_CONNECTION_CLOSED: 'the server closed the connection',
  ERR_CONNECTION_TIMED_OUT: 'the connection timed out',
  ERR_TIMED_OUT: 'the server did not answer in time',
  ERR_ADDRESS_UNREACHABLE: 'the address cannot be reached',
  ERR_INTERNET_DISCONNECTED: 'there is no network connection',
  ERR_EMPTY_RESPONSE: 'the server sent no data',
  ERR_TOO_MANY_REDIRECTS: 'the server redirected too often',
  ERR_SSL_PROTOCOL_ERROR: 'the server does not speak https',
  ERR_CERT_AUTHORITY_INVALID: "the server's certificate is not trusted",
  ERR_CERT_DATE_INVALID: "the server's certificate has expired",
  ERR_CERT_COMMON_NAME_INVALID: "the server's certificate is for another host",
  ERR_CERT_INVALID: "the server's certificate is not valid",
  ERR_CERT_REVOKED: "the server's certificate has been revoked",
  ERR_CERT_WEAK_SIGNATURE_ALGORITHM: "the server's certificate is signed too weakly",
  ERR_SSL_VERSION_OR_CIPHER_MISMATCH: 'the server speaks no https that the browser accepts',
  ERR_INVALID_AUTH_CREDENTIALS: 'the server asks for a password',
  ERR_CONTENT_LENGTH_MISMATCH: 'the connection broke off',
  ERR_INCOMPLETE_CHUNKED_ENCODING: 'the connection broke off',
  ERR_INVALID_RESPONSE: 'the server answered something that is no web page',
  ERR_ABORTED: 'it was cancelled, or the server sent no page',
};

/**
 * Runs a `navigate` call.
 * @param where - an address, or `back`, `forward`, `reload`
 * @throws ToolError when the address is refused, nothing answers, or the server answers with an error
 */
export async function navigate(
  tab: Tab,
  where: string,
  limits: Limits,
  signal: AbortSignal,
): Promise<BetaBrowserNavigateResult> {
  const address = isHistoryWord(where) ? undefined : toAddress(where);
  await tab.recover(signal);
  tab.isLeaving = true;
  const { departures } = tab;
  try {
    if (address === undefined) await goInHistory(tab, where, limits, signal);
    else if ((await goTo(tab, address, limits, signal)) === 'download') {
      await settle(tab, 'action', limits, signal);
      return {
        url: address,
        title: 'The server sent a file to download; the tab shows the same page as before.',
      };
    }
    await settle(tab, 'navigation', limits, signal);
  } catch (error) {
    signal.throwIfAborted();
    const isLeft = tab.departures > departures;
    // The browser shows an error page by the refused address, which is left as soon as that is told. Were it left in the
    // middle of the next navigation, that one would end there.
    if (isLeft || error instanceof URLRefusedError) await untilAborted(tab.leave(), signal);
    throw isLeft ? new URLRefusedError(LEFT) : error;
  } finally {
    tab.isLeaving = false;
  }
  if (tab.departures > departures) throw new URLRefusedError(LEFT);
  const status = tab.activity.response?.status;
  if (status === 401 || status === 407) throw refuse(ASKS_PASSWORD);
  if (status !== undefined && status >= 400)
    throw refuse(`The server answered HTTP ${status}. The tab shows the page that came with it.`);
  if (tab.activity.isErrorPage) throw refuse('The page could not be loaded.');
  await tab.refresh(signal);
  return { url: tab.url, title: tab.title, ...(status === undefined ? {} : { status }) };
}

function isHistoryWord(where: string): boolean {
  return where === 'back' || where === 'forward' || where === 'reload';
}

/** Resolves when the page has begun to arrive. */
async function goTo(
  tab: Tab,
  address: string,
  limits: Limits,
  signal: AbortSignal,
): Promise<'page' | 'download'> {
  const commits = tab.activity.commits;
  const answer = await whileStoppable(tab, limits, signal, (options) =>
    tab.channel.send('Page.navigate', { url: address }, signal, options),
  );
  if (answer.isDownload === true) return 'download';
  if (answer.errorText !== undefined && answer.errorText !== '') {
    // The browser's error page arrives a moment later; the next action must find it there.
    await tab.activity.until(() => tab.activity.commits > commits, 500, [signal, tab.channel.trouble]);
    throw failure(answer.errorText, tab.activity.response?.status);
  }
  await tab.activity.until(() => tab.activity.commits > commits, limits.responseMs, [
    signal,
    tab.channel.trouble,
  ]);
  return 'page';
}

async function goInHistory(tab: Tab, word: string, limits: Limits, signal: AbortSignal): Promise<void> {
  const { commits, navigations } = tab.activity;
  if (word === 'reload') await tab.channel.send('Page.reload', {}, signal);
  else {
    const entryId = await historyEntry(tab, word === 'back' ? -1 : 1, signal);
    await tab.channel.send('Page.navigateToHistoryEntry', { entryId }, signal);
  }
  const { activity } = tab;
  const hasBegun = () => activity.commits > commits || activity.navigations > navigations;
  const signals = [signal, tab.channel.trouble];
  if (!(await activity.until(hasBegun, HISTORY_LIMIT_MS, signals))) return;
  const hasArrived = () => activity.commits > commits || !activity.isLoading;
  if (await activity.until(hasArrived, limits.navigationMs, signals)) return;
  throw stopLoading(tab, limits);
}

async function historyEntry(tab: Tab, step: -1 | 1, signal: AbortSignal): Promise<number> {
  const history = await tab.channel.send('Page.getNavigationHistory', undefined, signal);
  const entry: Protocol.Page.NavigationEntry | undefined = history.entries[history.currentIndex + step];
  if (entry === undefined) throw refuse(`There is no page to go ${step < 0 ? 'back' : 'forward'} to.`);
  return entry.id;
}

/** Gives a command a navigation's time limit; at its end, or when the call is aborted, loading stops. */
async function whileStoppable<T>(
  tab: Tab,
  limits: Limits,
  signal: AbortSignal,
  send: (options: { limitMs: number; onLimit: () => unknown }) => Promise<T>,
): Promise<T> {
  const onAbort = () => void stopLoading(tab, limits);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await send({ limitMs: limits.navigationMs, onLimit: () => stopLoading(tab, limits) });
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function stopLoading(tab: Tab, limits: Limits): ToolError {
  ignoreFailure(tab.channel.session.send('Page.stopLoading'));
  return refuse(
    `The page could not be loaded: the server did not answer within ${limits.navigationMs / 1000} s.`,
  );
}

function failure(errorText: string, status: number | undefined): ToolError {
  if (status === 401 || status === 407) return refuse(ASKS_PASSWORD);
  if (status !== undefined && status >= 400)
    return refuse(`The server answered HTTP ${status} without a page.`);
  const code = /^net::(ERR_[A-Z0-9_]+)$/.exec(errorText)?.[1] ?? 'ERR_FAILED';
  if (code === 'ERR_BLOCKED_BY_CLIENT')
    return new URLRefusedError('The address, or one that it leads to, is refused by the user’s rules.');
  const meaning = FAILURES[code];
  return refuse(`The page could not be loaded: ${meaning === undefined ? code : `${meaning} (${code})`}.`);
}
