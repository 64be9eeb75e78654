import * as vscode from 'vscode';
import type { RunLimits } from '../agent/limits/runLimits.ts';
import { type AskedMember, isAskedMember } from '../computer/browser/askedMembers.ts';
import type { ApprovalMode } from '../protocol/approvals.ts';
import { type ComputerKind, isComputerKind } from '../protocol/computers.ts';
import type { SandboxWish } from '../tools/sandbox/workspace.ts';

/** The configuration section of every setting. */
export const SECTION = 'computerUseChat';

/** The settings as they were when they were read. */
export interface Settings {
  readonly model: string;
  readonly effort: 'low' | 'medium' | 'high';
  readonly customInstructions: string;
  readonly httpExchangeLogs: boolean;
}

export function readSettings(): Settings {
  const section = vscode.workspace.getConfiguration(SECTION);
  const effort = section.get<string>('effort', 'medium');
  return {
    model: section.get('model', '').trim() || 'claude-opus-5-5',
    effort: effort === 'low' || effort === 'high' ? effort : 'medium',
    customInstructions: section.get('customInstructions', ''),
    httpExchangeLogs: section.get('httpExchangeLogs', false),
  };
}

/** The settings of browsers. All are of the machine: no workspace has a say in them. */
export interface BrowserSettings {
  /** Empty to look for an installed browser. */
  readonly executablePath: string;
  readonly allowedUrls: readonly string[];
  readonly blockedUrls: readonly string[];
  readonly uploadFolders: readonly string[];
  readonly members: readonly AskedMember[];
  /** Empty for a temporary one. */
  readonly profile: string;
  readonly visible: boolean;
  /** Empty to start a browser. */
  readonly attachTo: string;
}

export function readBrowserSettings(): BrowserSettings {
  const section = vscode.workspace.getConfiguration(`${SECTION}.browser`);
  const textOf = (name: string) => String(section.get(name, '')).trim();
  const listOf = (name: string) => textsOf(section.get<unknown>(name));
  return {
    executablePath: textOf('executablePath'),
    allowedUrls: listOf('allowedUrls'),
    blockedUrls: listOf('blockedUrls'),
    uploadFolders: listOf('uploadFolders'),
    members: listOf('members').filter(isAskedMember),
    profile: textOf('profile'),
    visible: section.get<unknown>('visible') === true,
    attachTo: textOf('attachTo'),
  };
}

/**
 * Where commands of sessions with a browser run: nowhere, in a sandbox of this machine, or on it as the user, who is asked
 * before each.
 */
export type ShellChoice = 'off' | 'sandboxed' | 'ask';

/** The settings of commands. All are of the machine. */
export interface ToolSettings extends Omit<SandboxWish, 'folders'> {
  readonly shell: ShellChoice;
  readonly commandLimitMs: number;
}

export function readToolSettings(): ToolSettings {
  const section = vscode.workspace.getConfiguration(`${SECTION}.tools`);
  const seconds = Number(section.get('commandSeconds', 120)) || 120;
  const memoryMb = Number(section.get('memoryMb', DEFAULT_MEMORY_MB)) || DEFAULT_MEMORY_MB;
  const shell = section.get<unknown>('shellOnThisMachine');
  return {
    // `true` is what it was before there was a sandbox.
    shell: shell === 'ask' || shell === true ? 'ask' : shell === 'sandboxed' ? 'sandboxed' : 'off',
    commandLimitMs: Math.min(3_600, Math.max(1, seconds)) * 1_000,
    access: section.get<unknown>('workspaceAccess') === 'write' ? 'write' : 'read',
    readable: textsOf(section.get<unknown>('readableFolders')),
    hosts: textsOf(section.get<unknown>('allowedHosts')),
    memoryMb: Math.max(1_024, memoryMb),
  };
}

const DEFAULT_MEMORY_MB = 4_096;

/** What the editor of the workspace's files may do. */
export function readFileAccess(): 'off' | 'read' | 'write' {
  const access = vscode.workspace.getConfiguration(`${SECTION}.tools`).get<unknown>('editFiles');
  return access === 'read' || access === 'write' ? access : 'off';
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

/** How much a run may take. All are of the machine: what a run costs is no workspace's to say. */
export function readRunLimits(): RunLimits {
  const section = vscode.workspace.getConfiguration(`${SECTION}.limits`);
  const limit = (name: keyof RunLimits) => Math.max(0, Number(section.get(name, 0)) || 0);
  return {
    steps: limit('steps'),
    minutes: limit('minutes'),
    tokens: limit('tokens'),
    dollars: limit('dollars'),
  };
}

/** What the user is asked about. Of the machine: no workspace has a say in it. */
export function readApprovalMode(): ApprovalMode {
  const mode = vscode.workspace.getConfiguration(SECTION).get<unknown>('approvals');
  return mode === 'ask-everything' || mode === 'unattended' ? mode : 'ask-consequences';
}

/** How much history is kept; 0 for no limit. */
export function readRetention(): { readonly maxAgeDays: number; readonly maxSizeMb: number } {
  const section = vscode.workspace.getConfiguration(SECTION);
  const limit = (name: string) => Math.max(0, Number(section.get(name, 0)) || 0);
  return { maxAgeDays: limit('history.maxAgeDays'), maxSizeMb: limit('history.maxSizeMb') };
}

/** The computer of new sessions. */
export function readComputerKind(): ComputerKind {
  const kind = vscode.workspace.getConfiguration(SECTION).get<unknown>('computer');
  return isComputerKind(kind) ? kind : 'browser';
}

/** For the user, or for the workspace where that has a choice of its own. */
export async function setComputerKind(kind: ComputerKind): Promise<void> {
  await update('computer', kind);
}

/** Turns the HTTP log on or off where the user keeps the setting, the user's settings otherwise. */
export async function setHttpExchangeLogs(on: boolean): Promise<void> {
  await update('httpExchangeLogs', on);
}

async function update(name: string, value: unknown): Promise<void> {
  const section = vscode.workspace.getConfiguration(SECTION);
  const { workspaceValue } = section.inspect(name) ?? {};
  const target =
    workspaceValue === undefined ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace;
  await section.update(name, value, target);
}

export function onDidChangeSettings(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(SECTION)) listener();
  });
}

/**
 * Opens the settings editor where the settings can be changed: settings of the machine are not in a remote window's User
 * tab, and all but the application's are in its Remote tab.
 *
 * @param id - of the setting that is shown; one that ends in `.*` stands for all below it. All of the extension without it
 */
export function settingsCommand(id?: string): vscode.Command {
  const inRemote = vscode.env.remoteName !== undefined;
  return {
    command: inRemote ? 'workbench.action.openRemoteSettings' : 'workbench.action.openSettings',
    title: vscode.l10n.t('Open Settings'),
    arguments: [{ query: id === undefined ? '@ext:computer-use-chat.computer-use-chat' : `@id:${id}` }],
  };
}

/** Does what {@link settingsCommand} says. */
export function openSettings(id?: string): Thenable<unknown> {
  const { command, arguments: given = [] } = settingsCommand(id);
  return vscode.commands.executeCommand(command, ...given);
}
