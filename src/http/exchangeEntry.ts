/** Words one exchange for people who read the log. */
import type { NewMessages } from './conversationMemory.ts';
import {
  cut,
  describeImage,
  formatBytes,
  isBase64Source,
  isSecretName,
  redactedJson,
  redactText,
} from './redact.ts';
import type { ResponseReader } from './responseReader.ts';

/** Longest text written of one block, characters. */
export const MAX_TEXT_CHARACTERS = 4000;
/** Longest text of anything else. */
const MAX_DETAIL_CHARACTERS = 1000;

type Fields = Readonly<Record<string, unknown>>;

/** What is known of an exchange once it is over. Times in ms. */
export interface Exchange {
  readonly startedAt: Date;
  readonly method: string;
  readonly url: string;
  readonly requestHeaders: Headers;
  readonly requestBytes: number;
  /** The parsed body; null when there is none or it is no JSON object. */
  readonly params: Fields | null;
  readonly added: NewMessages | null;
  /** `system`, `tools` and the like: given when they differ from the last ones written. */
  readonly setup: Fields | null;
  /** 0 when no response came. */
  readonly status: number;
  readonly responseHeaders: Headers | null;
  readonly firstByteMs: number | null;
  readonly totalMs: number;
  readonly response: ResponseReader | null;
  /** Why it ended early, if it did. */
  readonly failure: string | null;
}

/** An exchange as lines of text. Holds no secret of `secrets` and nothing that looks like a key. */
export function writeEntry(exchange: Exchange, secrets: readonly string[]): string {
  const clean = (text: string, limit: number) => indent(cut(redactText(text, secrets), limit));
  const lines = [clean(headline(exchange), MAX_DETAIL_CHARACTERS), figures(exchange)];
  for (const header of notableHeaders(exchange)) lines.push(`  ${clean(header, MAX_DETAIL_CHARACTERS)}`);
  if (exchange.params !== null) {
    const settings = settingsOf(exchange.params);
    lines.push(`  request ${clean(redactedJson(settings), MAX_DETAIL_CHARACTERS)}`);
  }
  for (const [name, value] of Object.entries(exchange.setup ?? {})) {
    lines.push(`  ${name} ${clean(redactedJson(value), MAX_TEXT_CHARACTERS)}`);
  }
  if (exchange.added !== null) {
    const { known, messages } = exchange.added;
    if (known > 0) lines.push(`  (${known} earlier message${known === 1 ? '' : 's'} written before)`);
    for (const message of messages) lines.push(...messageLines(message, clean));
  }
  for (const block of exchange.response?.blocks ?? []) {
    const missing = block.length > block.text.length ? ` [${block.length} characters]` : '';
    lines.push(`  < ${clean(block.label, 100)}: ${clean(block.text, MAX_TEXT_CHARACTERS)}${missing}`);
  }
  lines.push(...outcome(exchange, clean));
  // The last gate: whatever way a secret took, it does not pass here.
  return redactText(lines.join('\n'), secrets);
}

/** Pages and models must not be able to write what looks like an entry: their lines are set in. */
function indent(text: string): string {
  const lines = text.replace(/\r\n?|[\u2028\u2029]/g, '\n').replaceAll('\n', '\n    ');
  return lines.replace(/[^\P{Cc}\n\t]/gu, '\ufffd');
}

/** Makes text fit to be written: no secrets, not too long, no lines of its own. */
type Clean = (text: string, limit: number) => string;

function headline({ startedAt, method, url, status, responseHeaders, failure }: Exchange): string {
  const requestId = responseHeaders?.get('request-id');
  const result = status === 0 ? (failure === null ? 'no response' : 'failed') : String(status);
  return `${startedAt.toISOString()} ${method} ${pathOf(url)} -> ${result}${requestId ? ` ${requestId}` : ''}`;
}

function figures({ firstByteMs, totalMs, requestBytes, response, params }: Exchange): string {
  const parts = [
    firstByteMs === null ? 'no first byte' : `first byte ${Math.round(firstByteMs)} ms`,
    `total ${Math.round(totalMs)} ms`,
    `sent ${formatBytes(requestBytes)} (${requestBytes})`,
    `received ${formatBytes(response?.bytes ?? 0)} (${response?.bytes ?? 0})`,
  ];
  const thread = asFields(params?.thread);
  if (thread !== null) {
    const previous = thread.previous_message_id;
    parts.push(
      `thread ${cut(String(thread.type), 20)}${previous === undefined ? '' : ` ${cut(String(previous), 80)}`}`,
    );
  }
  return `  ${parts.join(', ')}`;
}

/** The address without host, its secret parameters replaced. */
function pathOf(address: string): string {
  const url = new URL(address, 'http://localhost');
  for (const name of [...url.searchParams.keys()]) {
    if (isSecretName(name) || name === 'key') url.searchParams.set(name, 'redacted');
  }
  return url.pathname + url.search;
}

/** Headers that explain an answer; the others say nothing or are secret. */
function notableHeaders({ requestHeaders, responseHeaders }: Exchange): string[] {
  const lines: string[] = [];
  const beta = requestHeaders.get('anthropic-beta');
  if (beta !== null) lines.push(`anthropic-beta: ${beta}`);
  for (const name of ['retry-after', 'x-should-retry']) {
    const value = responseHeaders?.get(name);
    if (value) lines.push(`${name}: ${value}`);
  }
  return lines;
}

/** What a request sets beside its conversation. */
function settingsOf(params: Fields): Fields {
  const { messages: _messages, system: _system, tools: _tools, thread: _thread, ...settings } = params;
  return settings;
}

function messageLines(message: unknown, clean: Clean): string[] {
  const { role, content } = asFields(message) ?? {};
  const blocks = Array.isArray(content) ? content : [{ type: 'text', text: content ?? '' }];
  return blocks.map(
    (block) =>
      `  > ${cut(String(role), 20)}: ${clean(describeBlock(asFields(block) ?? {}), MAX_TEXT_CHARACTERS)}`,
  );
}

function describeBlock(block: Fields): string {
  switch (block.type) {
    case 'text':
      return String(block.text);
    case 'thinking':
      return `thinking: ${String(block.thinking)}`;
    case 'image':
      return isBase64Source(block.source) ? describeImage(block.source) : redactedJson(block);
    case 'tool_use': {
      const owner = typeof block.toolset_name === 'string' ? `${block.toolset_name}.` : '';
      return `${owner}${String(block.name)} ${redactedJson(block.input)}`;
    }
    case 'tool_result': {
      const content = Array.isArray(block.content)
        ? block.content
        : [{ type: 'text', text: block.content ?? '' }];
      const parts = content.map((part) => describeBlock(asFields(part) ?? {}));
      return `result of ${String(block.tool_use_id)}${block.is_error === true ? ' (error)' : ''}: ${parts.join(' ')}`;
    }
    case 'browser_state':
      return describeTabs(block.tabs);
    case 'redacted_thinking':
      return 'redacted thinking';
    default:
      return redactedJson(block);
  }
}

/** The open tabs in a few words; the active one has a star. */
function describeTabs(tabs: unknown): string {
  const open = Array.isArray(tabs) ? tabs.map((tab) => asFields(tab) ?? {}) : [];
  const words = open.map(
    ({ active, tab_id, url }) => `${active === true ? '*' : ''}${String(tab_id)} ${String(url)}`,
  );
  return `[tabs: ${words.join(', ')}]`;
}

function outcome({ response, failure }: Exchange, clean: Clean): string[] {
  const lines: string[] = [];
  if (response?.stopReason) lines.push(`  stop ${cut(response.stopReason, 60)}, ${usage(response.usage)}`);
  if (response?.error) lines.push(`  error ${clean(redactedJson(response.error), MAX_DETAIL_CHARACTERS)}`);
  if (failure !== null) lines.push(`  ended early: ${clean(failure, MAX_DETAIL_CHARACTERS)}`);
  return lines;
}

function usage(counts: Fields): string {
  const count = (name: string) => String(Number(counts[name] ?? 0));
  return `${count('input_tokens')} tokens in (cache read ${count('cache_read_input_tokens')}, written ${count('cache_creation_input_tokens')}), ${count('output_tokens')} out`;
}

function asFields(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null ? (value as Fields) : null;
}
