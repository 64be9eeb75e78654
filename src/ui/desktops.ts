import * as vscode from 'vscode';
import type { ComputerProvider } from '../computer/computer.ts';
import { desktopProvider } from '../computer/desktop/desktopProvider.ts';
import type { SecurityName } from '../computer/desktop/rfb/security/security.ts';
import type { ComputerKind } from '../protocol/computers.ts';
import { readDockerSettings, readVirtualSettings, readVncSettings } from './desktopSettings.ts';
import type { VncPasswords } from './vncPasswords.ts';

/** Those of which nobody on the way can read what is on the screen and what is typed. */
const ENCRYPTED: readonly SecurityName[] = [
  'X509Plain',
  'X509Vnc',
  'X509None',
  'TLSPlain',
  'TLSVnc',
  'TLSNone',
  'AnonTLS',
];

/** The desktops that the settings describe. */
export function desktopProviders(
  extensionUri: vscode.Uri,
  passwords: VncPasswords,
): Readonly<Record<Exclude<ComputerKind, 'browser'>, ComputerProvider>> {
  return { virtual: virtualDesktops(), docker: containers(extensionUri), vnc: remoteDesktops(passwords) };
}

function virtualDesktops(): ComputerProvider {
  return desktopProvider({
    label: () => vscode.l10n.t('Virtual desktop'),
    briefing:
      'The computer is a Linux desktop without a monitor, with a home of its own; a right click on its background ' +
      'opens a menu of the applications. What is done there ends with the session.',
    way: async () => {
      const [{ virtualDesktopSource }, { ENCODINGS_NEARBY }] = await Promise.all([
        import('../computer/desktop/sources/virtual.ts'),
        import('../computer/desktop/rfb/encodings/index.ts'),
      ]);
      return {
        source: virtualDesktopSource(readVirtualSettings()),
        connection: () => ({ encodings: ENCODINGS_NEARBY }),
      };
    },
  });
}

function containers(extensionUri: vscode.Uri): ComputerProvider {
  return desktopProvider({
    label: () => {
      const { image } = readDockerSettings();
      return image ? vscode.l10n.t('Container ({0})', image) : vscode.l10n.t('Container');
    },
    briefing: 'The computer is a Linux desktop in a container. What is done there ends with the session.',
    way: async () => {
      const { dockerDesktopSource } = await import('../computer/desktop/sources/docker.ts');
      const { image, command, ...settings } = readDockerSettings();
      const folder = vscode.Uri.joinPath(extensionUri, 'docker').fsPath;
      return {
        source: dockerDesktopSource({
          ...settings,
          image: image ? { kind: 'named', name: image } : { kind: 'own', folder },
          ...(command && { dockerCommand: command }),
        }),
      };
    },
  });
}

function remoteDesktops(passwords: VncPasswords): ComputerProvider {
  return desktopProvider({
    label: () => readVncSettings().address || vscode.l10n.t('Remote desktop'),
    briefing:
      'The computer is a desktop that the person has named. It is not yours: leave what is open as it is.',
    way: async () => {
      const [{ remoteDesktopSource }, { parseVncAddress }] = await Promise.all([
        import('../computer/desktop/sources/remote.ts'),
        import('../computer/desktop/sources/vncAddress.ts'),
      ]);
      const { address, allowUnencrypted, sshCommand, typing } = readVncSettings();
      const parsed = parseVncAddress(address);
      return {
        typing,
        source: remoteDesktopSource({
          address,
          password: () => passwords.read(address),
          ...(sshCommand && { sshCommand }),
        }),
        connection: ({ isStreamPrivate }) => ({
          ...(isStreamPrivate || allowUnencrypted ? {} : { security: ENCRYPTED }),
          tls: { ...(parsed.kind === 'tcp' && { host: parsed.host }) },
        }),
      };
    },
  });
}
