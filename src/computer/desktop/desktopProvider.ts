import type { ComputerProvider } from '../computer.ts';
import type { Limits } from './limits.ts';
import type { DesktopMachine, DesktopSource } from './machine.ts';
import type { RfbOptions } from './rfb/client.ts';
import type { TypingOptions } from './typing.ts';

/** The settings of one way to get a desktop, as they are now. */
export interface DesktopWay {
  readonly source: DesktopSource;
  readonly typing?: Partial<TypingOptions>;
  readonly limits?: Partial<Limits>;
  /** How the machine's server may be connected to; its credentials are the machine's. */
  readonly connection?: (machine: DesktopMachine) => Omit<RfbOptions, 'credentials'>;
  /** What an error of a connection is to the user. */
  readonly explained?: (error: unknown) => unknown;
}

export interface DesktopProviderOptions {
  readonly label: () => string;
  readonly briefing: string;
  /** Asked for each desktop, so that changed settings take effect; loads what it needs. */
  readonly way: () => Promise<DesktopWay>;
}

/** Desktops as computers. */
export function desktopProvider({ label, briefing, way }: DesktopProviderOptions): ComputerProvider {
  return {
    briefing,
    get label() {
      return label();
    },
    async create() {
      const [
        { createDesktopComputer },
        { openRfb },
        { desktopScreen },
        { source, typing, limits, connection, explained },
      ] = await Promise.all([
        import('./desktopComputer.ts'),
        import('./rfb/open.ts'),
        import('./viewer/desktopScreen.ts'),
        way(),
      ]);
      return createDesktopComputer({
        source,
        ...(typing && { typing }),
        ...(limits && { limits }),
        connect: async (machine, signal) => {
          const { credentials } = machine;
          try {
            return await openRfb(
              (forOpening) => machine.connect(forOpening),
              { ...connection?.(machine), credentials },
              signal,
            );
          } catch (error) {
            throw explained ? explained(error) : error;
          }
        },
        screenOf: desktopScreen,
      });
    },
  };
}
