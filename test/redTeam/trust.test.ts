/** A repository that nobody trusts has no say in what runs, where a key goes, or what is kept. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Manifest {
  readonly capabilities: {
    readonly untrustedWorkspaces: {
      readonly supported: unknown;
      readonly restrictedConfigurations: readonly string[];
    };
  };
  readonly contributes: {
    readonly configuration: {
      readonly properties: Readonly<Record<string, { readonly scope?: string }>>;
    };
  };
}

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as Manifest;
const { supported, restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
const settings = Object.entries(manifest.contributes.configuration.properties);

describe('a setting', () => {
  it.each(settings)(
    'is the machine’s, or does not count in a workspace that is not trusted: %s',
    (name, { scope }) => {
      const isOfMachine = scope === 'machine' || scope === 'application';
      expect(isOfMachine || restrictedConfigurations.includes(name)).toBe(true);
    },
  );

  it.each(['apiBaseUrl', 'browser.executablePath', 'docker.command', 'vnc.sshCommand', 'vnc.address'])(
    'that leads to a host or a program is never a workspace’s: %s',
    (name) => {
      expect(manifest.contributes.configuration.properties[`computerUseChat.${name}`]?.scope).toBe('machine');
    },
  );

  it('is not restricted without being there', () => {
    expect(supported).toBe('limited');
    expect(restrictedConfigurations.filter((name) => !settings.some(([known]) => known === name))).toEqual(
      [],
    );
  });
});
