/** A desktop as Claude's computer. */
import { Emitter } from '../../base/emitter.ts';
import type { ShellPlace } from '../../base/shellPlace.ts';
import type { Computer, ComputerEvent, Screen } from '../computer.ts';
import type { Desktop } from './desktop.ts';
import { type Connect, Desktops } from './desktops.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import type { DesktopSource } from './machine.ts';
import { ComputerToolset, type ComputerToolsetOptions } from './toolset.ts';
import { DEFAULT_TYPING, type TypingOptions } from './typing.ts';

export interface DesktopComputerOptions {
  readonly source: DesktopSource;
  readonly connect: Connect;
  readonly limits?: Partial<Limits>;
  readonly typing?: Partial<TypingOptions>;
  readonly toolset?: ComputerToolsetOptions;
  /** Makes what people watch a connected desktop by. Without it the computer has no {@link Screen}. */
  readonly screenOf?: (desktop: Desktop) => Screen;
}

/** Where commands run on these. On another machine they would need more than its screen. */
const SHELLS: Readonly<Record<DesktopSource['kind'], string | undefined>> = {
  virtual: "the desktop's sandbox, with its home, its network and its display",
  docker: "the desktop's container",
  vnc: undefined,
};

/** Nothing runs until the first call. */
export function createDesktopComputer(options: DesktopComputerOptions): Computer {
  const { source, connect, screenOf } = options;
  const events = new Emitter<ComputerEvent>();
  const screens = new Emitter<Screen | undefined>();
  const desktops = new Desktops({
    source,
    connect,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    typing: { ...DEFAULT_TYPING, ...options.typing },
    fire: (event) => events.fire(event),
  });
  let screen: Screen | undefined;
  desktops.onCurrent((desktop) => {
    if (!screenOf) return;
    screen = desktop && screenOf(desktop);
    screens.fire(screen);
  });
  const toolset = new ComputerToolset(desktops, {
    ...options.toolset,
    name: source.address ?? source.kind,
  });
  let closing: Promise<void> | undefined;
  const description = SHELLS[source.kind];
  const shell: ShellPlace | undefined =
    description === undefined
      ? undefined
      : {
          isolation: 'sandbox',
          description,
          spawn: (command, signal) => desktops.spawnShell(command, signal),
          takeRefusals: () => desktops.takeRefusals(),
        };
  return {
    toolset,
    get isIsolated() {
      const kind = desktops.isolation?.kind;
      return kind === 'sandbox' || kind === 'container';
    },
    // What another machine is to its people nobody here knows.
    ...(source.kind !== 'vnc' && {
      untilIsolationKnown: (signal: AbortSignal) => desktops.untilRunning(signal),
    }),
    ...(shell && { shell }),
    onEvent: events.event,
    onScreen: screens.event,
    get screen() {
      return screen;
    },
    get isRunning() {
      return desktops.isRunning;
    },
    checkPointer: (signal) => desktops.checkPointer(signal),
    close() {
      closing ??= toolset.close().finally(() => {
        events.dispose();
        screens.dispose();
      });
      return closing;
    },
  };
}
