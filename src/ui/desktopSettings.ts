import * as vscode from 'vscode';
import type { Size } from '../computer/desktop/geometry.ts';
import { DEFAULT_CONTAINER_LIMITS, DEFAULT_DESKTOP_SIZE } from '../computer/desktop/sources/defaults.ts';
import type { DockerDesktopOptions } from '../computer/desktop/sources/docker.ts';
import type { VirtualDesktopOptions } from '../computer/desktop/sources/virtual.ts';
import type { TypingOptions } from '../computer/desktop/typing.ts';
import { SECTION } from './settings.ts';

/** All settings of desktops are of the machine: no workspace has a say in them. */
function sectionOf(name: string) {
  const section = vscode.workspace.getConfiguration(`${SECTION}.${name}`);
  return {
    text: (key: string) => String(section.get(key, '')).trim(),
    value: (key: string) => section.get<unknown>(key),
    /** Its texts. */
    list: (key: string) => {
      const value = section.get<unknown>(key);
      return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
    },
    isOn: (key: string) => section.get<unknown>(key) === true,
    /** A number of at least `least`; `fallback` where it is none. */
    number: (key: string, least: number, fallback: number) => {
      const value = Number(section.get<unknown>(key));
      return Number.isFinite(value) && value >= least ? value : fallback;
    },
    oneOf: <T extends string>(key: string, values: readonly [T, ...T[]]) => {
      const value = section.get<unknown>(key);
      return values.find((known) => known === value) ?? values[0];
    },
  };
}

/** The default one also where the value is no size. */
function readSize(): Size {
  const [, width, height] = /^(\d{3,4})x(\d{3,4})$/.exec(sectionOf('desktop').text('size')) ?? [];
  return width && height ? { width: Number(width), height: Number(height) } : DEFAULT_DESKTOP_SIZE;
}

/** It was on or off once, and on meant what `all` does now: whoever wants that says so. */
function readNetwork(): NonNullable<VirtualDesktopOptions['network']> {
  const { value, oneOf } = sectionOf('virtual');
  return value('network') === false ? 'none' : oneOf('network', ['web', 'all', 'none']);
}

export function readVirtualSettings(): VirtualDesktopOptions {
  const { oneOf, list } = sectionOf('virtual');
  return {
    size: readSize(),
    sandbox: oneOf('sandbox', ['preferred', 'required', 'never']),
    network: readNetwork(),
    allowedHosts: list('allowedHosts'),
  };
}

export interface DockerSettings extends Pick<DockerDesktopOptions, 'size' | 'limits' | 'hasNetwork'> {
  /** Empty for our own. */
  readonly image: string;
  /** Empty for the one on the PATH. */
  readonly command: string;
}

export function readDockerSettings(): DockerSettings {
  const { text, number, isOn } = sectionOf('docker');
  return {
    image: text('image'),
    command: text('command'),
    size: readSize(),
    limits: {
      memoryMb: number('memoryMb', 256, DEFAULT_CONTAINER_LIMITS.memoryMb),
      cpus: number('cpus', 0.1, DEFAULT_CONTAINER_LIMITS.cpus),
      processes: number('processes', 64, DEFAULT_CONTAINER_LIMITS.processes),
    },
    hasNetwork: isOn('network'),
  };
}

export interface VncSettings {
  readonly address: string;
  readonly allowUnencrypted: boolean;
  /** Empty for the one on the PATH. */
  readonly sshCommand: string;
  readonly typing: TypingOptions;
}

export function readVncSettings(): VncSettings {
  const { text, isOn, oneOf } = sectionOf('vnc');
  return {
    address: text('address'),
    allowUnencrypted: isOn('allowUnencrypted'),
    sshCommand: text('sshCommand'),
    typing: {
      method: oneOf('typing', ['auto', 'keys', 'clipboard']),
      pasteWith: oneOf('pasteWith', ['shift+insert', 'control+v', 'command+v']),
    },
  };
}
