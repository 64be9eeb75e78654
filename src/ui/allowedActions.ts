/** The setting that lists what is allowed for good, as people read it. */
import * as vscode from 'vscode';
import type { Grant } from '../agent/approvals/questions.ts';
import { SECTION } from './settings.ts';

/** An entry; what is in the setting may be anybody's. */
export interface AllowedEntry {
  readonly what: string;
  readonly because?: string;
  readonly host?: string;
  readonly folder?: string;
}

/** More is not read: nobody has allowed so much by hand. */
const MAX_ENTRIES = 1_000;
const MAX_LENGTH = 2_000;

/** Those of the workspace's settings. What is no entry is left out. */
export function readAllowed(): readonly AllowedEntry[] {
  const { workspaceValue } = vscode.workspace.getConfiguration(SECTION).inspect<unknown>('allowed') ?? {};
  if (!Array.isArray(workspaceValue)) return [];
  return workspaceValue.slice(0, MAX_ENTRIES).flatMap((value) => parsed(value) ?? []);
}

export async function writeAllowed(entries: readonly AllowedEntry[]): Promise<void> {
  await vscode.workspace
    .getConfiguration(SECTION)
    .update('allowed', entries.length > 0 ? entries : undefined, vscode.ConfigurationTarget.Workspace);
}

/** As the setting has it; undefined for what cannot be allowed for good. */
export function entryOf({ what, because, always }: Grant): AllowedEntry | undefined {
  if (always === undefined) return undefined;
  return { what, ...(because && { because }), ...(what === 'edit' ? { folder: always } : { host: always }) };
}

/** The same for entries that allow the same. */
export function entryKey({ what, because, host, folder }: AllowedEntry): string {
  return JSON.stringify([what, because ?? null, host ?? null, folder ?? null]);
}

function parsed(value: unknown): AllowedEntry | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { what, because, host, folder } = value as Record<string, unknown>;
  if (!isText(what)) return undefined;
  return {
    what,
    ...(isText(because) && { because }),
    ...(isText(host) && { host }),
    ...(isText(folder) && { folder }),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_LENGTH;
}
