import * as vscode from 'vscode';
import { type CertificateQuestion, KnownCertificates } from '../computer/desktop/knownCertificates.ts';

const PREFIX = 'vncCertificate:';

/** The certificates of remote desktops that the user trusts; their fingerprints are no secret. */
export class VncCertificates extends KnownCertificates {
  readonly #state: vscode.Memento;

  constructor(state: vscode.Memento, onFault: (error: unknown) => void) {
    super({
      pins: {
        get: (address) => state.get<string>(PREFIX + address),
        set: (address, fingerprint) => state.update(PREFIX + address, fingerprint),
      },
      ask,
      onFault,
    });
    this.#state = state;
  }

  /** Lets the user choose servers whose certificates are trusted no more: the user is asked about these again. */
  async remove(): Promise<void> {
    const state = this.#state;
    const trusted = state.keys().filter((key) => key.startsWith(PREFIX));
    if (trusted.length === 0) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('No certificates of VNC servers are kept as trusted.'),
      );
      return;
    }
    const items = trusted.map((key) => ({
      label: key.slice(PREFIX.length),
      detail: vscode.l10n.t('SHA-256: {0}', state.get<string>(key, '')),
      key,
    }));
    const chosen = await vscode.window.showQuickPick(items, {
      title: vscode.l10n.t('Remove Trusted VNC Certificates'),
      placeHolder: vscode.l10n.t('You are asked about them again when a session connects next'),
      canPickMany: true,
    });
    for (const { key } of chosen ?? []) await state.update(key, undefined);
  }
}

async function ask(question: CertificateQuestion): Promise<boolean> {
  const trust = vscode.l10n.t('Trust');
  const { title, detail } = certificateText(question);
  return (await vscode.window.showWarningMessage(title, { modal: true, detail }, trust)) === trust;
}

/** What a question says. */
export function certificateText(question: CertificateQuestion): {
  readonly title: string;
  readonly detail: string;
} {
  const { address, subject, issuer, validUntil, fingerprint, problem, isChanged } = question;
  const title = isChanged
    ? vscode.l10n.t('The VNC server at {0} has another certificate than the one you trusted.', address)
    : vscode.l10n.t('Do you trust the certificate of the VNC server at {0}?', address);
  const advice = isChanged
    ? vscode.l10n.t(
        'Somebody may be in between who wants to read the screen and what is typed; or the server was set up anew. Trust it only if you know of that.',
      )
    : vscode.l10n.t('No authority says whose it is. Trust it only if the server shows the same fingerprint.');
  const facts = [
    vscode.l10n.t('Subject: {0}', quoted(subject)),
    vscode.l10n.t('Issuer: {0}', quoted(issuer)),
    vscode.l10n.t('Valid until: {0}', quoted(validUntil)),
    vscode.l10n.t('SHA-256: {0}', fingerprint),
    ...(problem ? [vscode.l10n.t('Problem: {0}', problem)] : []),
  ];
  return {
    title,
    detail: [advice, '', ...facts, '', vscode.l10n.t('Then let Claude try again.')].join('\n'),
  };
}

/** What the server says, told from what we say. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
