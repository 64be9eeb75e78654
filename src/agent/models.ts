import { COMPACT_AFTER_TOKENS } from './compaction.ts';

/** The models that take the toolsets of 2026-08-01, and what the session must know of each. */
export interface ModelInfo {
  readonly id: string;
  /** What the user reads. */
  readonly label: string;
  /** Most output tokens asked for in one turn; leaves room for long thinking, well below every model's limit. */
  readonly maxTokens: number;
  /** Tokens of context after which the conversation is summarized. */
  readonly compactAfter: number;
}

const TURN_MAX_TOKENS = 32_000;

const LABELS: Readonly<Record<string, string>> = {
  'claude-opus-5-5': 'Claude Opus 5.5',
  'claude-sonnet-5-5': 'Claude Sonnet 5.5',
  'claude-haiku-5-5': 'Claude Haiku 5.5',
  'claude-fable-5-2': 'Claude Fable 5.2',
  'claude-opus-5': 'Claude Opus 5',
  'claude-sonnet-5': 'Claude Sonnet 5',
  'claude-opus-4-8': 'Claude Opus 4.8',
};

/** The model named by the setting. An id that is not in the table (a newer model) is used as it is. */
export function modelInfo(id: string): ModelInfo {
  return { id, label: LABELS[id] ?? id, maxTokens: TURN_MAX_TOKENS, compactAfter: COMPACT_AFTER_TOKENS };
}
