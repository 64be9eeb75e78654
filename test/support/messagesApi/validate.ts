/**
 * Checks requests as strictly as the API does, and a little more: what it would only ignore is an error here, because
 * it would be a mistake of ours. Every rule answers with the path of the field and what is wrong with it.
 */
import {
  BETA_BROWSER_MEMBER_NAME_VALUES,
  BETA_COMPUTER_MEMBER_NAME_VALUES,
} from '@anthropic-ai/sdk/resources/beta';
import { COMPACTION_BETA } from '../../../src/agent/compaction.ts';
import { MESSAGE_THREADS_BETA } from '../../../src/agent/demo/endpoint.ts';
import { asObject, InvalidRequest, type JsonObject, rejectUnknownKeys } from './invalid.ts';
import { checkImages } from './validateImages.ts';
import { checkMessages, type IssuedReplies } from './validateMessages.ts';
import { checkSettings } from './validateSettings.ts';

/** A request with its thread resolved. */
export interface RequestToValidate {
  /** The body as sent. */
  readonly params: JsonObject;
  /** All messages, those of the thread included. */
  readonly messages: readonly unknown[];
  /** `tools`, those of the thread included. */
  readonly tools: unknown;
  readonly headers: Headers;
}

const TOP_LEVEL_FIELDS = new Set([
  'billing_policy',
  'cache_control',
  'compaction',
  'container',
  'context_management',
  'diagnostics',
  'fallback_credit_token',
  'fallbacks',
  'inference_geo',
  'max_tokens',
  'mcp_servers',
  'messages',
  'metadata',
  'model',
  'output_config',
  'output_format',
  'service_tier',
  'speed',
  'stop_sequences',
  'stream',
  'system',
  'thinking',
  'thread',
  'tool_choice',
  'tools',
]);
const TOOLSET_FIELDS = new Set(['type', 'configs', 'cache_control', 'allowed_callers']);
const MEMBER_CONFIG_FIELDS = new Set(['enabled', 'defer_loading']);
const MEMBERS: Readonly<Record<string, ReadonlySet<string>>> = {
  browser_toolset_20260801: new Set(BETA_BROWSER_MEMBER_NAME_VALUES),
  computer_toolset_20260801: new Set(BETA_COMPUTER_MEMBER_NAME_VALUES),
};

/** @returns what is wrong with the request, or null */
export function validateRequest(request: RequestToValidate, issued: IssuedReplies): string | null {
  try {
    checkHeaders(request);
    checkTopLevel(request.params);
    checkThread(request);
    checkTools(request.params.tools);
    checkSettings(request.params);
    checkSystem(request.params.system);
    checkCompaction(request);
    checkMessages(request.messages, request.tools, issued, isGiven(request.params.compaction));
    checkImages(request.messages);
    return null;
  } catch (error) {
    if (error instanceof InvalidRequest) return error.message;
    throw error;
  }
}

function checkHeaders({ headers }: RequestToValidate): void {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(headers.get('anthropic-version') ?? '')) {
    throw new InvalidRequest('anthropic-version: header is required');
  }
  if (!headers.get('content-type')?.startsWith('application/json')) {
    throw new InvalidRequest('content-type: must be application/json');
  }
}

function checkTopLevel(params: JsonObject): void {
  rejectUnknownKeys(params, TOP_LEVEL_FIELDS, '');
  if (!Number.isInteger(params.max_tokens) || Number(params.max_tokens) < 1) {
    throw new InvalidRequest('max_tokens: Input should be greater than or equal to 1');
  }
  if (params.stream !== undefined && typeof params.stream !== 'boolean') {
    throw new InvalidRequest('stream: Input should be a valid boolean');
  }
}

function checkThread({ params, headers }: RequestToValidate): void {
  if (params.thread === undefined || params.thread === null) return;
  const thread = asObject(params.thread, 'thread');
  requireBeta(headers, MESSAGE_THREADS_BETA, 'thread');
  if (thread.type === 'create') {
    rejectUnknownKeys(thread, new Set(['type']), 'thread.');
    return;
  }
  if (thread.type !== 'continue') throw new InvalidRequest("thread.type: should be 'create' or 'continue'");
  rejectUnknownKeys(thread, new Set(['type', 'previous_message_id']), 'thread.');
  for (const field of ['tools', 'system']) {
    if (params[field] !== undefined) {
      throw new InvalidRequest(`${field}: may not be given when continuing a thread; the thread has its own`);
    }
  }
}

/** See "Compaction on demand" in the API's documentation. */
function checkCompaction({ params, messages, headers }: RequestToValidate): void {
  const hasSummary = JSON.stringify(messages[0] ?? null).includes('"type":"compaction"');
  if (hasSummary) requireBeta(headers, COMPACTION_BETA, 'messages.0');
  if (!isGiven(params.compaction)) return;
  requireBeta(headers, COMPACTION_BETA, 'compaction');
  const compaction = asObject(params.compaction, 'compaction');
  rejectUnknownKeys(compaction, new Set(['type', 'instructions']), 'compaction.');
  if (compaction.type !== 'summarize') throw new InvalidRequest("compaction.type: should be 'summarize'");
  for (const field of ['context_management', 'stop_sequences', 'output_format']) {
    if (isGiven(params[field])) throw new InvalidRequest(`compaction: cannot be combined with ${field}`);
  }
  if (hasSummary && messages.length === 1) throw new InvalidRequest('compaction: nothing to summarize');
}

function requireBeta(headers: Headers, beta: string, field: string): void {
  const betas = (headers.get('anthropic-beta') ?? '').split(',').map((name) => name.trim());
  if (!betas.includes(beta))
    throw new InvalidRequest(`${field}: requires the header anthropic-beta: ${beta}`);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function checkTools(tools: unknown): void {
  if (tools === undefined) return;
  if (!Array.isArray(tools)) throw new InvalidRequest('tools: Input should be a valid list');
  const seen = new Set<string>();
  for (const [index, entry] of tools.entries()) {
    const at = `tools.${index}`;
    const tool = asObject(entry, at);
    const members = typeof tool.type === 'string' ? MEMBERS[tool.type] : undefined;
    if (members === undefined) checkSingleTool(tool, at);
    else checkToolset(tool, members, at);
    const name = String(tool.name ?? tool.type);
    if (seen.has(name)) throw new InvalidRequest(`${at}: Tool names must be unique: ${name}`);
    seen.add(name);
  }
}

function checkSingleTool(tool: JsonObject, at: string): void {
  if (typeof tool.name !== 'string') throw new InvalidRequest(`${at}.name: Field required`);
  const isCustom = tool.type === undefined || tool.type === null || tool.type === 'custom';
  if (isCustom && tool.input_schema === undefined)
    throw new InvalidRequest(`${at}.input_schema: Field required`);
}

function checkToolset(toolset: JsonObject, members: ReadonlySet<string>, at: string): void {
  rejectUnknownKeys(toolset, TOOLSET_FIELDS, `${at}.`);
  const callers = toolset.allowed_callers;
  if (callers !== undefined && JSON.stringify(callers) !== '["direct"]') {
    throw new InvalidRequest(`${at}.allowed_callers: only ["direct"] is accepted`);
  }
  if (toolset.configs === undefined || toolset.configs === null) return;
  for (const [member, config] of Object.entries(asObject(toolset.configs, `${at}.configs`))) {
    if (!members.has(member))
      throw new InvalidRequest(`${at}.configs.${member}: Extra inputs are not permitted`);
    if (config === null) continue;
    rejectUnknownKeys(
      asObject(config, `${at}.configs.${member}`),
      MEMBER_CONFIG_FIELDS,
      `${at}.configs.${member}.`,
    );
  }
}

function checkSystem(system: unknown): void {
  if (system === undefined || typeof system === 'string') return;
  if (!Array.isArray(system))
    throw new InvalidRequest('system: Input should be a string or a list of blocks');
  for (const [index, entry] of system.entries()) {
    const block = asObject(entry, `system.${index}`);
    if (block.type !== 'text') throw new InvalidRequest(`system.${index}.type: Input should be 'text'`);
    if (block.text === '')
      throw new InvalidRequest(`system.${index}.text: text content blocks must be non-empty`);
  }
}
