/** The rules for a request's settings: thinking, effort, tool choice, cache marks. */
import { asObject, InvalidRequest, type JsonObject, rejectUnknownKeys } from './invalid.ts';

const MAX_CACHE_MARKS = 4;
/** Fields each kind of thinking takes beside `type`. */
const THINKING_FIELDS: Readonly<Record<string, readonly string[]>> = {
  adaptive: ['display', 'block_binding'],
  enabled: ['budget_tokens', 'display', 'block_binding'],
  disabled: [],
  between_tools: [],
};
const DISPLAYS = ['summarized', 'omitted', 'updates'];
const EFFORTS = ['low', 'medium', 'high', 'xhigh', 'max'];
const TOOL_CHOICES = ['auto', 'any', 'tool', 'none'];

/** @throws InvalidRequest when a setting has a value the API does not take */
export function checkSettings(params: JsonObject): void {
  if (isGiven(params.thinking)) checkThinkingConfig(asObject(params.thinking, 'thinking'), params.max_tokens);
  if (isGiven(params.output_config)) {
    const config = asObject(params.output_config, 'output_config');
    rejectUnknownKeys(config, new Set(['effort', 'format', 'task_budget']), 'output_config.');
    checkOneOf(config.effort, EFFORTS, 'output_config.effort');
  }
  if (isGiven(params.tool_choice)) {
    checkOneOf(asObject(params.tool_choice, 'tool_choice').type, TOOL_CHOICES, 'tool_choice.type');
  }
  checkCacheMarks(params);
}

function checkThinkingConfig(thinking: JsonObject, maxTokens: unknown): void {
  const fields = THINKING_FIELDS[String(thinking.type)];
  if (fields === undefined) throw new InvalidRequest(`thinking.type: unknown type '${thinking.type}'`);
  rejectUnknownKeys(thinking, new Set(['type', ...fields]), 'thinking.');
  checkOneOf(thinking.display, DISPLAYS, 'thinking.display');
  if (thinking.type !== 'enabled') return;
  const budget = Number(thinking.budget_tokens);
  if (!Number.isInteger(budget) || budget < 1024) {
    throw new InvalidRequest('thinking.enabled.budget_tokens: Input should be greater than or equal to 1024');
  }
  if (budget >= Number(maxTokens)) {
    throw new InvalidRequest('`max_tokens` must be greater than `thinking.budget_tokens`');
  }
}

/** Counts the marks of the request as sent: a thread's stored messages bring none. */
function checkCacheMarks(params: JsonObject): void {
  const marks = [...cacheMarks([params.system, params.tools, params.messages])];
  for (const mark of marks) {
    const { type, ttl } = asObject(mark, 'cache_control');
    if (type !== 'ephemeral') throw new InvalidRequest("cache_control.type: Input should be 'ephemeral'");
    checkOneOf(ttl, ['5m', '1h'], 'cache_control.ttl');
  }
  if (marks.length > MAX_CACHE_MARKS) {
    throw new InvalidRequest(
      `A maximum of ${MAX_CACHE_MARKS} blocks with cache_control may be provided. Found ${marks.length}.`,
    );
  }
}

function* cacheMarks(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) {
    for (const entry of value) yield* cacheMarks(entry);
  } else if (typeof value === 'object' && value !== null) {
    const { cache_control, content } = value as JsonObject;
    if (isGiven(cache_control)) yield cache_control;
    yield* cacheMarks(content);
  }
}

function checkOneOf(value: unknown, allowed: readonly string[], at: string): void {
  if (!isGiven(value) || allowed.includes(String(value))) return;
  throw new InvalidRequest(`${at}: Input should be ${allowed.map((name) => `'${name}'`).join(', ')}`);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
