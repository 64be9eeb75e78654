/** What is kept apart and what is not, said before anything runs. The one source of these sentences. */
import * as vscode from 'vscode';
import { createHostPolicy } from '../base/net/hostPolicy.ts';
import type { SandboxNetwork } from '../computer/desktop/sources/sandbox.ts';
import type { ComputerKind } from '../protocol/computers.ts';
import { readDockerSettings, readVirtualSettings } from './desktopSettings.ts';
import { readBrowserSettings, readFileAccess, readToolSettings, type ToolSettings } from './settings.ts';

/** Of sessions with such a computer, as the settings are now: network, disk, memory, commands, files; sentences. */
export function isolationTexts(kind: ComputerKind): readonly string[] {
  const { t } = vscode.l10n;
  switch (kind) {
    case 'browser':
      return [browserText(), ...commandTexts(readToolSettings()), ...fileTexts()];
    case 'virtual':
      return virtualTexts();
    case 'docker':
      return containerTexts();
    case 'vnc':
      return [
        t(
          'Nothing is isolated: Claude can do on that machine all that its user can, with its files, its network and what is logged in there.',
        ),
      ];
  }
}

/** The same in a line that fits where one is chosen. */
export function isolationLine(kind: ComputerKind): string {
  const { t } = vscode.l10n;
  switch (kind) {
    case 'browser': {
      const { attachTo, profile } = readBrowserSettings();
      if (attachTo) return t('Nothing is isolated: it is a browser that you started.');
      return profile
        ? t('A profile that keeps logins, none of your files. The web and localhost.')
        : t('An empty profile, none of your files. The web and localhost.');
    }
    case 'virtual':
      return virtualLine();
    case 'docker':
      return readDockerSettings().hasNetwork
        ? t('A container with none of your files. Your networks are in reach.')
        : t('A container with none of your files and no network.');
    case 'vnc':
      return t('Nothing is isolated: Claude can do there what its user can.');
  }
}

function virtualLine(): string {
  const { t } = vscode.l10n;
  const { sandbox, network } = readVirtualSettings();
  if (sandbox === 'never') return t('Nothing is isolated: its programs can do here what you can.');
  const files =
    sandbox === 'required'
      ? t('A sandbox with none of your files.')
      : t('A sandbox with none of your files, where bubblewrap works.');
  switch (network ?? 'web') {
    case 'none':
      return `${files} ${t('No network.')}`;
    case 'all':
      return `${files} ${t('All networks.')}`;
    case 'web':
      return `${files} ${t('The public web.')}`;
  }
}

function browserText(): string {
  const { t } = vscode.l10n;
  const { attachTo, profile } = readBrowserSettings();
  if (attachTo)
    return t(
      'Nothing is isolated: it is the browser that you started at {0}, with all its logins.',
      attachTo,
    );
  const logins = profile
    ? t('The browser keeps logins and cookies in the profile {0}, and has none of your own.', profile)
    : t('The browser has an empty profile of its own, without your logins.');
  return `${logins} ${t(
    'It uses your network: the web and localhost, not private networks. It sees none of your files; its memory and processor time are not limited.',
  )}`;
}

function commandTexts(settings: ToolSettings): string[] {
  const { t } = vscode.l10n;
  switch (settings.shell) {
    case 'off':
      return [];
    case 'ask':
      return [
        t(
          'Commands are not isolated: each can do on this machine all that you can. You are asked before each one.',
        ),
      ];
    case 'sandboxed':
      return [sandboxText(settings), ...(settings.access === 'write' ? [writtenText()] : [])];
  }
}

function sandboxText({ access, hosts, memoryMb }: ToolSettings): string {
  const { t } = vscode.l10n;
  const files =
    access === 'write'
      ? t(
          'Commands run in a sandbox: of your files they read and change the workspace, secrets in it included.',
        )
      : t(
          'Commands run in a sandbox: of your files they read the workspace, secrets in it included, and change none.',
        );
  const hasNetwork = createHostPolicy(hosts).entries.length > 0;
  const network = hasNetwork
    ? t('Their network is {0}; what they read can be sent there.', hosts.join(', '))
    : t('They have no network.');
  return `${files} ${network} ${t('Each program gets {0} MB of memory; the disk is not limited.', memoryMb)}`;
}

function writtenText(): string {
  return vscode.l10n.t(
    'What commands write in the workspace is run outside of the sandbox when you, your extensions or your builds run it; VS Code does so by itself with a Git repository that they make in a subfolder, unless you turn that off when you are asked. Only .git, .vscode and other settings there are kept from being changed.',
  );
}

function fileTexts(): string[] {
  const { t } = vscode.l10n;
  switch (readFileAccess()) {
    case 'off':
      return [];
    case 'read':
      return [t('The editor is not in a sandbox: it reads all files of the workspace, and no others.')];
    case 'write':
      return [
        t(
          'The editor is not in a sandbox: it reads all files of the workspace, and changes them once you allow it.',
        ),
      ];
  }
}

function virtualTexts(): string[] {
  const { t } = vscode.l10n;
  const { sandbox, network, allowedHosts = [] } = readVirtualSettings();
  if (sandbox === 'never')
    return [t('Nothing is isolated: programs of the desktop can do on this machine all that you can.')];
  const files =
    sandbox === 'required'
      ? t('Programs of the desktop run in a sandbox: they see the system read-only and none of your files.')
      : t(
          'Programs of the desktop run in a sandbox where bubblewrap works: they see the system read-only and none of your files. Where it does not, nothing is isolated, and the session says so.',
        );
  return [
    files,
    `${virtualReach(network ?? 'web', allowedHosts)} ${t('Memory, processor time and disk are not limited.')}`,
  ];
}

function virtualReach(network: SandboxNetwork, allowedHosts: readonly string[]): string {
  const { t } = vscode.l10n;
  switch (network) {
    case 'none':
      return t('They have no network.');
    case 'all':
      return t(
        "The network is not isolated: they reach the internet, private networks and what listens on this machine's own ports.",
      );
    case 'web':
      return allowedHosts.length === 0
        ? t(
            'They reach any public host of the web, and neither private networks nor what listens on this machine.',
          )
        : t(
            'They reach any public host of the web and {0}, and neither other private hosts nor what else listens on this machine.',
            allowedHosts.join(', '),
          );
  }
}

function containerTexts(): string[] {
  const { t } = vscode.l10n;
  const { hasNetwork, limits } = readDockerSettings();
  const reach = hasNetwork
    ? t('The network is not isolated: programs there reach the internet and private networks.')
    : t('Programs there have no network.');
  const { memoryMb, cpus, processes } = limits ?? {};
  return [
    t('The container has none of your files.'),
    reach,
    t(
      'It is limited to {0} MB of memory, {1} processors and {2} processes; the disk is not limited.',
      memoryMb ?? '',
      cpus ?? '',
      processes ?? '',
    ),
  ];
}
