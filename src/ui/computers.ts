import * as vscode from 'vscode';
import type { ComputerProvider, Computers } from '../computer/computer.ts';
import { COMPUTER_KINDS, type ComputerKind } from '../protocol/computers.ts';
import { isolationLine, isolationTexts } from './isolationTexts.ts';
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

  isolation(kind: ComputerKind): readonly string[] {
    return isolationTexts(kind);
  }

  /** Lets the user choose what new sessions get. Resolves to what was chosen, or undefined. */
  async choose(): Promise<ComputerKind | undefined> {
    const current = this.preferred;
    const items = COMPUTER_KINDS.map((kind) => ({
      computer: kind,
      label: `$(${ICONS[kind]}) ${nameOf(kind)}`,
      description: kind === current ? `${vscode.l10n.t('current')} · ${needsOf(kind)}` : needsOf(kind),
      detail: isolationLine(kind),
    }));
    const choice = await vscode.window.showQuickPick(items, {
      title: vscode.l10n.t('Choose Computer'),
      placeHolder: vscode.l10n.t('What should Claude use in new sessions?'),
      matchOnDescription: true,
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

/** Stands beside the name, in one line with it. */
function needsOf(kind: ComputerKind): string {
  switch (kind) {
    case 'browser':
      return vscode.l10n.t('needs Chrome, Edge or Chromium');
    case 'virtual':
      return vscode.l10n.t('needs Linux with TigerVNC and openbox');
    case 'docker':
      return vscode.l10n.t('needs Docker');
    case 'vnc':
      return vscode.l10n.t('needs a machine with a VNC server');
  }
}
