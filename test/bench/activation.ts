import { existsSync } from 'node:fs';
import { buildAndPackage } from '../../scripts/lib/package.mjs';
import { vsixPath } from '../../scripts/lib/paths.mjs';
import { pollUntil } from '../e2e/support/poll.ts';
import { startWorkbench } from '../e2e/support/workbench.ts';
import { atMost, type Figure } from './figure.ts';

const NAME = 'Computer Use Chat';

/** What VS Code itself says it took to load and activate the extension, in its view of running extensions. */
export async function activation(): Promise<Figure[]> {
  if (!existsSync(vsixPath)) await buildAndPackage();
  const workbench = await startWorkbench();
  try {
    await workbench.runCommand('Open Computer Use Chat');
    await workbench.chatFrame();
    await workbench.runCommand('Developer: Show Running Extensions');
    const row = workbench.page
      .locator('.runtime-extensions-editor .extension')
      .filter({ has: workbench.page.locator('.name', { hasText: NAME }) });
    const text = await pollUntil('the activation time', 30_000, async () => {
      const shown = await row.locator('.activation-time').allInnerTexts();
      return shown.find((time) => /\d/.test(time));
    });
    return [
      atMost(
        'activation-ms',
        Number(/(\d+)\s*ms/.exec(text)?.[1] ?? Number.NaN),
        'ms, as VS Code reports it',
        50,
      ),
    ];
  } finally {
    await workbench.close();
  }
}
