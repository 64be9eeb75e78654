import * as vscode from 'vscode';
import type { ComputerProvider, Computers } from '../computer/computer.ts';
import { COMPUTER_KINDS, type ComputerKind } from '../protocol/computers.ts';
import { ensureRemoteAddress } from './remoteAddress.ts';
import { readComputerKind, setComputerKind } from './settings.ts';

/** The ways to get a computer, and the setting that names the preferred one. */
export class ComputerChoice implements Computers {
  readonly #providers: Readonly<Record<ComputerKind, ComputerProvider>>;

  constructor(providers: Readonly<Record<ComputerKind, ComputerProvider>>) {
    this.#providers = providers;
  }

  get preferred(): ComputerKind {
    return readComputerKind();
  }

  of(kind: ComputerKind): ComputerProvider {
    return this.#providers[kind];
  }

  /** Lets the user choose what new sessions get. Resolves to what was chosen, or undefined. */
  async choose(): Promise<ComputerKind | undefined> {
    const current = this.preferred;
    const items = COMPUTER_KINDS.map((kind) => ({
      computer: kind,
      label: `$(${ICONS[kind]}) ${nameOf(kind)}`,
      description: kind === current ? vscode.l10n.t('current') : '',
      detail: detailOf(kind),
    }));
    const choice = await vscode.window.showQuickPick(items, {
      title: vscode.l10n.t('Choose Computer'),
      placeHolder: vscode.l10n.t('What should Claude use in new sessions?'),
      matchOnDetail: true,
    });
    if (choice?.computer === 'vnc' && !(await ensureRemoteAddress())) return undefined;
    if (choice && choice.computer !== current) await setComputerKind(choice.computer);
    return choice?.computer;
  }
}

const ICONS: Readonly<Record<ComputerKind, string>> = {
  browser: 'browser',
  virtual: 'vm',
  docker: 'package',
  vnc: 'remote',
};

function nameOf(kind: ComputerKind): string {
  switch (kind) {
    case 'browser':
      return vscode.l10n.t('Browser');
    case 'virtual':
      return vscode.l10n.t('Virtual Desktop');
    case 'docker':
      return vscode.l10n.t('Container');
    case 'vnc':
      return vscode.l10n.t('Remote Desktop (VNC)');
  }
}

/** What it needs, and what it keeps apart from this machine. */
function detailOf(kind: ComputerKind): string {
  switch (kind) {
    case 'browser':
      return vscode.l10n.t(
        'Needs Chrome, Edge or Chromium. A profile of its own; nothing but the web is in reach, without private networks.',
      );
    case 'virtual':
      return vscode.l10n.t(
        'Needs Linux, TigerVNC and openbox. With bubblewrap its programs see neither your files nor your keys; without it they see all that you do.',
      );
    case 'docker':
      return vscode.l10n.t(
        'Needs Docker. A container without your files, limited in memory and processors; it has the network.',
      );
    case 'vnc':
      return vscode.l10n.t(
        'Needs the address of a machine with a VNC server. Nothing is kept apart: Claude can do there what its user can.',
      );
  }
}
