/** A headless browser as Claude's computer. */
import { Emitter } from '../../base/emitter.ts';
import type { Computer, ComputerEvent, Screen } from '../computer.ts';
import { Changes } from './changes.ts';
import { defaultTempRoot, fileExists } from './launch.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { Machines } from './machines.ts';
import { BrowserToolset, type BrowserToolsetOptions } from './toolset.ts';

export interface BrowserComputerOptions {
  /** The browser to use, absolute. Without one it is looked for. */
  readonly executablePath?: string;
  /** Of the host; decides where to look, and what of it the browser inherits. */
  readonly env?: NodeJS.ProcessEnv;
  readonly platform?: NodeJS.Platform;
  /** Where the throwaway profile goes. */
  readonly tempRoot?: string;
  readonly limits?: Partial<Limits>;
  /** Which members are on, what is asked first, which addresses and files are allowed. */
  readonly toolset?: BrowserToolsetOptions;
}

/** Nothing runs until the first call. */
export function createBrowserComputer(options: BrowserComputerOptions = {}): Computer {
  const {
    executablePath,
    env = process.env,
    platform = process.platform,
    tempRoot = defaultTempRoot(),
  } = options;
  const limits: Limits = { ...DEFAULT_LIMITS, ...options.limits };
  const emitter = new Emitter<ComputerEvent>();
  const screens = new Emitter<Screen | undefined>();
  const changes = new Changes();
  const machines: Machines = new Machines({
    facts: { platform, env, exists: fileExists },
    executablePath: executablePath === '' ? undefined : executablePath,
    tempRoot,
    limits,
    changes,
    recording: {
      console: options.toolset?.configs?.read_console?.enabled === true,
      network: options.toolset?.configs?.read_network?.enabled === true,
    },
    fire: (event) => emitter.fire(event),
    onCurrent: () => screens.fire(machines.current?.screen),
  });
  const toolset = new BrowserToolset(machines, changes, limits, options.toolset);
  let closing: Promise<void> | undefined;
  return {
    toolset,
    onEvent: emitter.event,
    onScreen: screens.event,
    get screen() {
      return machines.current?.screen;
    },
    get isRunning() {
      return machines.current !== undefined;
    },
    close() {
      closing ??= toolset.close().finally(() => {
        emitter.dispose();
        screens.dispose();
      });
      return closing;
    },
  };
}
