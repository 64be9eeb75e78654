/** The rules for tool results. */
import { asObject, contentBlocks, InvalidRequest, type JsonObject, rejectUnknownKeys } from './invalid.ts';

const STATE_FIELDS = new Set(['type', 'tabs', 'state_changes', 'cache_control']);
const TAB_FIELDS = new Set(['tab_id', 'title', 'url', 'active']);

/** @throws InvalidRequest when the result does not fit its call */
export function checkToolResult(result: JsonObject, call: JsonObject, at: string): void {
  const family = call.toolset_name ?? null;
  if ((result.toolset_name ?? null) !== family) {
    throw new InvalidRequest(
      `${at}.tool_result.toolset_name: must be ${JSON.stringify(family)}, as on the tool_use it answers`,
    );
  }
  const blocks = contentBlocks(result.content, `${at}.tool_result.content`);
  for (const [index, block] of blocks.entries()) {
    checkBlock(block, family, result.is_error === true, `${at}.tool_result.content.${index}`);
  }
  if (family === 'browser') checkBrowserState(blocks, result.is_error === true, `${at}.tool_result.content`);
}

function checkBlock(block: JsonObject, family: unknown, isError: boolean, at: string): void {
  if (isError && block.type !== 'text') {
    throw new InvalidRequest(`${at}: all content must be type "text" if \`is_error\` is true`);
  }
  const allowed = family === 'browser' ? ['text', 'image', 'browser_state'] : ['text', 'image'];
  if (family !== null && !allowed.includes(String(block.type))) {
    throw new InvalidRequest(
      `${at}.type: Input should be ${allowed.map((type) => `'${type}'`).join(' or ')}`,
    );
  }
  if (block.type === 'text' && (typeof block.text !== 'string' || block.text === '')) {
    throw new InvalidRequest(`${at}.text: text content blocks must be non-empty`);
  }
}

function checkBrowserState(blocks: readonly JsonObject[], isError: boolean, at: string): void {
  const states = blocks.filter((block) => block.type === 'browser_state');
  if (isError) return;
  const [state] = states;
  if (state === undefined || states.length > 1) {
    throw new InvalidRequest(`${at}: a browser result must have exactly one browser_state block`);
  }
  rejectUnknownKeys(state, STATE_FIELDS, `${at}.browser_state.`);
  if (!Array.isArray(state.tabs)) throw new InvalidRequest(`${at}.browser_state.tabs: Field required`);
  const tabs = state.tabs.map((tab, index) => asObject(tab, `${at}.browser_state.tabs.${index}`));
  for (const [index, tab] of tabs.entries()) {
    rejectUnknownKeys(tab, TAB_FIELDS, `${at}.browser_state.tabs.${index}.`);
    if ([tab.tab_id, tab.title, tab.url].some((field) => typeof field !== 'string')) {
      throw new InvalidRequest(
        `${at}.browser_state.tabs.${index}: tab_id, title and url are required strings`,
      );
    }
  }
  const ids = new Set(tabs.map((tab) => tab.tab_id));
  if (ids.size !== tabs.length) throw new InvalidRequest(`${at}.browser_state.tabs: tab_id must be unique`);
  if (tabs.length > 0 && tabs.filter((tab) => tab.active === true).length !== 1) {
    throw new InvalidRequest(`${at}.browser_state.tabs: exactly one tab must be active`);
  }
  checkStateChanges(state.state_changes, ids, at);
}

function checkStateChanges(changes: unknown, tabIds: ReadonlySet<unknown>, at: string): void {
  if (changes === undefined || changes === null) return;
  if (!Array.isArray(changes) || changes.length === 0) {
    throw new InvalidRequest(
      `${at}.browser_state.state_changes: leave it out when there is nothing to report`,
    );
  }
  const downloads = new Set<unknown>();
  for (const [index, entry] of changes.entries()) {
    const here = `${at}.browser_state.state_changes.${index}`;
    const change = asObject(entry, here);
    if (change.type === 'tab_opened') {
      if (!tabIds.has(change.tab_id)) throw new InvalidRequest(`${here}.tab_id: not among the tabs`);
    } else if (['download_started', 'download_completed', 'download_failed'].includes(String(change.type))) {
      if (downloads.has(change.download_id)) throw new InvalidRequest(`${here}: one change per download_id`);
      downloads.add(change.download_id);
    } else {
      throw new InvalidRequest(`${here}.type: unknown state change '${change.type}'`);
    }
  }
}
