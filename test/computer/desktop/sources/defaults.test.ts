import { expect, test } from 'vitest';
import manifest from '../../../../package.json' with { type: 'json' };
import {
  DEFAULT_CONTAINER_LIMITS,
  DEFAULT_DESKTOP_SIZE,
} from '../../../../src/computer/desktop/sources/defaults.ts';

test('the manifest’s settings have the same defaults', () => {
  const settings: Readonly<Record<string, { readonly default?: unknown }>> =
    manifest.contributes.configuration.properties;
  const { width, height } = DEFAULT_DESKTOP_SIZE;
  expect(settings['computerUseChat.desktop.size']?.default).toBe(`${width}x${height}`);
  for (const [name, value] of Object.entries(DEFAULT_CONTAINER_LIMITS))
    expect(settings[`computerUseChat.docker.${name}`]?.default, name).toBe(value);
});
