/** The commands for secrets. A value is typed into a password box and shown nowhere. */
import * as vscode from 'vscode';
import { handleOf, isSecretName } from '../agent/secrets/handles.ts';
import { originFor } from '../agent/secrets/places.ts';
import { MAX_SECRET_LENGTH, MIN_SECRET_LENGTH, type Secret } from '../agent/secrets/secrets.ts';
import { readVncSettings } from './desktopSettings.ts';
import type { StoredSecrets } from './secretVault.ts';

/** How long it is said that something was copied, in ms. */
const COPIED_MS = 4_000;

/** Asks for a name, where it may go and the value, and keeps it. */
export async function addSecret(secrets: StoredSecrets): Promise<void> {
  const name = await askName();
  if (name === undefined) return;
  const places = await askPlaces();
  if (places === undefined) return;
  const value = await askValue(name);
  if (value === undefined) return;
  await secrets.put({ name, value, places });
  const copy = vscode.l10n.t('Copy');
  const text = vscode.l10n.t('Kept. In a prompt, tell Claude to use {0}.', handleOf(name));
  void vscode.window.showInformationMessage(text, copy).then((choice) => {
    if (choice === copy) void vscode.env.clipboard.writeText(handleOf(name));
  });
}

/** Forgets the one that the user chooses. */
export async function removeSecret(secrets: StoredSecrets): Promise<void> {
  const chosen = await choose(secrets, vscode.l10n.t('Remove Secret'));
  if (chosen) await secrets.remove(chosen.name);
}

/** Shows names and places; the handle of the one that is chosen is copied. */
export async function showSecrets(secrets: StoredSecrets): Promise<void> {
  const chosen = await choose(secrets, vscode.l10n.t('Secrets: Choose One to Copy What Claude Types for It'));
  if (!chosen) return;
  await vscode.env.clipboard.writeText(handleOf(chosen.name));
  vscode.window.setStatusBarMessage(vscode.l10n.t('Copied {0}', handleOf(chosen.name)), COPIED_MS);
}

async function choose(secrets: StoredSecrets, title: string): Promise<Secret | undefined> {
  const all = await secrets.read();
  if (all.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('No secrets are kept. The command “Add Secret…” keeps one.'),
    );
    return undefined;
  }
  const items = all.map((secret) => ({
    label: secret.name,
    description: handleOf(secret.name),
    detail: secret.places.map(placeLabel).join(', '),
    secret,
  }));
  return (await vscode.window.showQuickPick(items, { title }))?.secret;
}

async function askName(): Promise<string | undefined> {
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t('Add Secret'),
    prompt: vscode.l10n.t('Its name, such as staging-password. Claude reads the name and never the value.'),
    ignoreFocusOut: true,
    validateInput: (text) =>
      isSecretName(text.trim())
        ? undefined
        : vscode.l10n.t('Use letters, digits and . _ - only, 64 at most, and begin with a letter or digit.'),
  });
  return name?.trim();
}

/** @returns undefined where the user has thought better of it */
async function askPlaces(
  question = vscode.l10n.t('Where may it be filled in?'),
): Promise<readonly string[] | undefined> {
  const web = {
    label: vscode.l10n.t('Pages'),
    description: vscode.l10n.t('of the sites that you name next'),
    place: '',
  };
  const { address } = readVncSettings();
  const desktops = ['virtual', 'docker', ...(address === '' ? [] : [address])];
  const items = [web, ...desktops.map((place) => ({ label: placeLabel(place), description: '', place }))];
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Add Secret'),
    placeHolder: question,
    canPickMany: true,
    ignoreFocusOut: true,
  });
  if (!chosen) return undefined;
  if (chosen.length === 0)
    return askPlaces(vscode.l10n.t('Check at least one place where it may be filled in.'));
  const origins = chosen.includes(web) ? await askOrigins() : [];
  return origins && [...origins, ...chosen.flatMap(({ place }) => (place === '' ? [] : [place]))];
}

async function askOrigins(): Promise<readonly string[] | undefined> {
  const written = await vscode.window.showInputBox({
    title: vscode.l10n.t('Add Secret'),
    prompt: vscode.l10n.t(
      'Origins of pages, with commas between: https://staging.example.com. Subdomains and other ports are other origins.',
    ),
    ignoreFocusOut: true,
    validateInput: checkOrigins,
  });
  return written === undefined ? undefined : originsIn(written);
}

/** Shows what addresses are taken for, where they are not written like that. */
function checkOrigins(text: string): string | vscode.InputBoxValidationMessage | undefined {
  const origins = originsIn(text);
  if (!origins) return vscode.l10n.t('Write whole addresses with https; http only for this machine.');
  const written = partsOf(text);
  if (written.every((part) => origins.includes(part))) return undefined;
  return {
    message: vscode.l10n.t('It may be filled in at {0}, and nowhere else.', origins.join(', ')),
    severity: vscode.InputBoxValidationSeverity.Info,
  };
}

function partsOf(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((part) => part !== '');
}

function originsIn(text: string): readonly string[] | undefined {
  const parts = partsOf(text);
  const origins = parts.map(originFor).filter((origin) => origin !== undefined);
  return origins.length === parts.length && parts.length > 0 ? [...new Set(origins)] : undefined;
}

async function askValue(name: string): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t('Add Secret'),
    prompt: vscode.l10n.t(
      'The value of {0}. It is kept in the secret store of VS Code and nowhere else.',
      name,
    ),
    password: true,
    ignoreFocusOut: true,
    validateInput: problemOf,
  });
}

function problemOf(value: string): string | undefined {
  if (value.length < MIN_SECRET_LENGTH)
    return vscode.l10n.t(
      'It needs at least {0} characters: a shorter one could not be kept out of what Claude reads.',
      MIN_SECRET_LENGTH,
    );
  if (value.length > MAX_SECRET_LENGTH)
    return vscode.l10n.t('It may have {0} characters at most.', MAX_SECRET_LENGTH);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return /[\u0000-\u001f\u007f]/.test(value) || value.trim() === ''
    ? vscode.l10n.t('It may not have control characters, nor be of spaces only.')
    : undefined;
}

function placeLabel(place: string): string {
  if (place === 'virtual') return vscode.l10n.t('Virtual desktops');
  return place === 'docker' ? vscode.l10n.t('Containers') : place;
}
