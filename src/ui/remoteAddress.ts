import * as vscode from 'vscode';
import { parseVncAddress } from '../computer/desktop/sources/vncAddress.ts';
import { readVncSettings } from './desktopSettings.ts';
import { SECTION } from './settings.ts';

/** Makes sure that a remote desktop has an address: asks for one where the settings have none. Resolves to whether it has. */
export async function ensureRemoteAddress(): Promise<boolean> {
  if (readVncSettings().address !== '') return true;
  const address = await vscode.window.showInputBox({
    title: vscode.l10n.t('Address of the Remote Desktop'),
    prompt: vscode.l10n.t('Everything within reach of its user is within reach of Claude.'),
    placeHolder: 'vnc://host:5901, vnc+ssh://user@host/, vnc+unix:///path',
    ignoreFocusOut: true,
    validateInput: (value) => {
      const parsed = parseVncAddress(value.trim());
      return parsed.kind === 'invalid' ? parsed.reason : undefined;
    },
  });
  if (address === undefined) return false;
  const section = vscode.workspace.getConfiguration(SECTION);
  await section.update('vnc.address', address.trim(), vscode.ConfigurationTarget.Global);
  return true;
}
