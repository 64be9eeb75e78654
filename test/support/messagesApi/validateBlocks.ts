/** The rules for content blocks by themselves: their kinds, fields and texts. */
import { InvalidRequest, type JsonObject, rejectUnknownKeys } from './invalid.ts';

/** Fields of the kinds of block this project sends; other kinds the API knows would be mistakes here. */
const FIELDS: Readonly<Record<string, ReadonlySet<string>>> = {
  text: new Set(['type', 'text', 'citations', 'cache_control']),
  image: new Set(['type', 'source', 'transformations', 'cache_control']),
  thinking: new Set(['type', 'thinking', 'signature']),
  redacted_thinking: new Set(['type', 'data']),
  tool_use: new Set(['type', 'id', 'name', 'input', 'toolset_name', 'caller', 'cache_control']),
  tool_result: new Set(['type', 'tool_use_id', 'content', 'is_error', 'toolset_name', 'cache_control']),
  compaction: new Set(['type', 'content', 'encrypted_content', 'signature', 'tool_changes', 'cache_control']),
  tool_addition: new Set(['type', 'tool', 'cache_control']),
  tool_removal: new Set(['type', 'tool', 'cache_control']),
};
const KINDS: Readonly<Record<string, readonly string[]>> = {
  user: ['text', 'image', 'tool_result'],
  assistant: ['text', 'thinking', 'redacted_thinking', 'tool_use', 'compaction'],
  system: ['text', 'tool_addition', 'tool_removal'],
};

/** @throws InvalidRequest when a block is not one that `role` may send */
export function checkBlocks(blocks: readonly JsonObject[], role: string, at: string): void {
  for (const [index, block] of blocks.entries()) {
    const here = `${at}.content.${index}`;
    const type = String(block.type);
    const fields = FIELDS[type];
    if (fields === undefined || KINDS[role]?.includes(type) !== true) {
      throw new InvalidRequest(`${here}.type: '${type}' is not a block of a ${role} message`);
    }
    rejectUnknownKeys(block, fields, `${here}.${type}.`);
    if (type === 'text' && (typeof block.text !== 'string' || block.text.trim() === '')) {
      throw new InvalidRequest(`${here}.text: text content blocks must contain non-whitespace text`);
    }
  }
}
