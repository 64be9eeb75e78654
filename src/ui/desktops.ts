import * as vscode from 'vscode';
import type { ComputerProvider } from '../computer/computer.ts';
import { desktopProvider } from '../computer/desktop/desktopProvider.ts';
import type { StartNotice } from '../computer/desktop/sources/startNotice.ts';
import type { ComputerKind } from '../protocol/computers.ts';
import { readDesktopLimits } from './desktopLimits.ts';
import { readDockerSettings, readVirtualSettings, readVncSettings } from './desktopSettings.ts';
import type { VncCertificates } from './vncCertificates.ts';
import type { VncPasswords } from './vncPasswords.ts';

/** What the user has entrusted us with, or trusts. */
export interface RemoteTrust {
  readonly passwords: VncPasswords;
  readonly certificates: VncCertificates;
}

/** The desktops that the settings describe. */
export function desktopProviders(
  extensionUri: vscode.Uri,
  trust: RemoteTrust,
): Readonly<Record<Exclude<ComputerKind, 'browser'>, ComputerProvider>> {
  return { virtual: virtualDesktops(), docker: containers(extensionUri), vnc: remoteDesktops(trust) };
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
        limits: readDesktopLimits(),
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
      const [{ dockerDesktopSource }, { withStartNotice }] = await Promise.all([
        import('../computer/desktop/sources/docker.ts'),
        import('../computer/desktop/sources/startNotice.ts'),
      ]);
      const { image, command, ...settings } = readDockerSettings();
      const folder = vscode.Uri.joinPath(extensionUri, 'docker').fsPath;
      const sourceTelling = (onProgress: (line: string) => void) =>
        dockerDesktopSource({
          ...settings,
          onProgress,
          image: image ? { kind: 'named', name: image } : { kind: 'own', folder },
          ...(command && { dockerCommand: command }),
        });
      return { limits: readDesktopLimits(), source: withStartNotice(sourceTelling, imageNotice) };
    },
  });
}

/** An image of GB is minutes on its way. Stopping the run ends that, and the notice. */
function imageNotice(): StartNotice {
  const opened = Promise.withResolvers<vscode.Progress<{ readonly message: string }>>();
  const closed = Promise.withResolvers<void>();
  const title = vscode.l10n.t('Getting the container ready (Stop ends it)');
  void vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, (progress) => {
    opened.resolve(progress);
    return closed.promise;
  });
  return {
    report: (message) => void opened.promise.then((progress) => progress.report({ message })),
    close: () => closed.resolve(),
  };
}

function remoteDesktops(trust: RemoteTrust): ComputerProvider {
  return desktopProvider({
    label: () => readVncSettings().address || vscode.l10n.t('Remote desktop'),
    briefing:
      'The computer is a desktop that the person has named. It is not yours: leave what is open as it is.',
    way: async () => {
      const [{ remoteDesktopSource }, { parseVncAddress }, { RemoteAccess }] = await Promise.all([
        import('../computer/desktop/sources/remote.ts'),
        import('../computer/desktop/sources/vncAddress.ts'),
        import('../computer/desktop/remoteAccess.ts'),
      ]);
      const { address, allowUnencrypted, sshCommand, typing } = readVncSettings();
      const parsed = parseVncAddress(address);
      const host = parsed.kind === 'tcp' ? parsed.host : undefined;
      const access = new RemoteAccess({ ...trust, address, host, allowUnencrypted });
      return {
        typing,
        limits: readDesktopLimits(),
        source: remoteDesktopSource({
          address,
          password: access.password,
          ...(sshCommand && { sshCommand }),
        }),
        connection: ({ isStreamPrivate }) => access.connection(isStreamPrivate),
        explained: (error) => access.explained(error),
      };
    },
  });
}
