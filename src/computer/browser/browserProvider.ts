import type { ComputerProvider } from '../computer.ts';
import type { BrowserComputerOptions } from './browserComputer.ts';
import { browserAt, findBrowser, isProgram } from './findBrowser.ts';

/**
 * Browsers as computers.
 * @param options - read anew for each browser, so that changed settings take effect
 */
export function browserProvider(options: () => BrowserComputerOptions): ComputerProvider {
  return {
    briefing: 'The browser runs on the machine where their workspace is, so localhost is theirs.',
    get label() {
      const {
        executablePath,
        attachTo,
        isVisible,
        env = process.env,
        platform = process.platform,
      } = options();
      if (attachTo) return `Browser at ${attachTo}`;
      const facts = { env, platform, exists: isProgram };
      const installed = executablePath ? browserAt(executablePath, facts) : findBrowser(facts);
      return `${installed?.name ?? 'Browser'} (${isVisible ? 'window' : 'headless'})`;
    },
    async create() {
      const { createBrowserComputer } = await import('./browserComputer.ts');
      return createBrowserComputer(options());
    },
  };
}
