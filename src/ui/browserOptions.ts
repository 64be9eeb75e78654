import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { askUser } from '../agent/approvals/asking.ts';
import { questionOf } from '../agent/approvals/policy.ts';
import type { BrowserComputerOptions } from '../computer/browser/browserComputer.ts';
import { readBrowserSettings } from './settings.ts';

/**
 * The user's settings of browsers, as they are now.
 * @param globalStorage - keeps named profiles
 */
export function browserOptions(globalStorage: vscode.Uri): BrowserComputerOptions {
  const settings = readBrowserSettings();
  const { executablePath, allowedUrls, blockedUrls, members, visible, attachTo, profile } = settings;
  const workspace = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  return {
    executablePath,
    urls: { allowed: allowedUrls, blocked: blockedUrls },
    uploadFolders: [...workspace.map(({ uri }) => uri.fsPath), ...settings.uploadFolders.map(atHome)],
    members,
    confirm: ({ member, url, detail }, signal) => askUser(questionOf(member, url, detail), signal),
    isVisible: visible,
    attachTo,
    ...(profile === ''
      ? {}
      : { profile: { name: profile, root: vscode.Uri.joinPath(globalStorage, 'browser-profiles').fsPath } }),
  };
}

/** `~/x` is in the user's own folder. */
function atHome(folder: string): string {
  return /^~(?=$|[\\/])/.test(folder) ? path.join(os.homedir(), folder.slice(1)) : folder;
}
