/** What strangers may have written of what a call gave, and where that was. */
import type { BetaToolUseBlock } from '@anthropic-ai/sdk/resources/beta';
import { t } from '../../base/l10n.ts';
import { visibleLine } from '../../protocol/visibleText.ts';

import { EDITOR_TOOL_NAME } from '../../tools/editor/toolName.ts';
import type { CallOutcome } from '../observedToolset.ts';

export interface ResultText {
  readonly text: string;
  /** For a person: an origin, a file, a command. */
  readonly where: string;
}

const MAX_WHERE = 120;

/** The words in a call's outcome, titles of tabs among them; undefined where there are none. */
export function resultText(call: BetaToolUseBlock, outcome: CallOutcome): ResultText | undefined {
  if (outcome.status === 'interrupted' || isOwnEdit(call)) return undefined;
  const { content } = outcome;
  const texts: string[] = [];
  let page: string | undefined;
  for (const block of typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content) {
    if (block.type === 'text') texts.push(block.text);
    if (block.type !== 'browser_state') continue;
    page = block.tabs.find(({ active }) => active)?.url;
    texts.push(...block.tabs.map(({ title }) => title));
  }
  const text = texts.filter((part) => part !== '').join('\n\n');
  return text === '' ? undefined : { text, where: whereOf(call, page) };
}

/** It shows lines around what Claude wrote itself. */
function isOwnEdit({ name, input }: BetaToolUseBlock): boolean {
  return name === EDITOR_TOOL_NAME && fieldOf(input, 'command') !== 'view';
}

function whereOf({ name, input }: BetaToolUseBlock, page: string | undefined): string {
  if (name === 'bash') return t('the command “{0}”', visibleLine(fieldOf(input, 'command'), MAX_WHERE));
  if (name === EDITOR_TOOL_NAME) return t('the file {0}', visibleLine(fieldOf(input, 'path'), MAX_WHERE));
  if (page === undefined) return t('the result of “{0}”', visibleLine(name, MAX_WHERE));
  const { origin } = URL.canParse(page) ? new URL(page) : { origin: 'null' };
  return visibleLine(origin === 'null' ? page : origin, MAX_WHERE);
}

function fieldOf(input: unknown, name: string): string {
  const value = (input as Readonly<Record<string, unknown>> | null | undefined)?.[name];
  return typeof value === 'string' ? value : '';
}
