import { type Browser, chromium } from 'playwright-core';

/** Starts the Chromium of this machine; `CHROMIUM_PATH` names another. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  });
}

/** A picture of a page worth looking at: 1280x800, PNG. */
export async function samplePicture(browser: Browser): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  try {
    await page.setContent(SAMPLE_PAGE);
    return await page.screenshot({ type: 'png' });
  } finally {
    await page.close();
  }
}

const SAMPLE_PAGE = `<!DOCTYPE html>
<style>
  body { margin: 0; font: 18px Georgia, serif; background: #faf6ef; color: #3d2c1e; }
  header { background: #5b3a21; color: #fff; padding: 28px 80px; font-size: 34px; }
  main { padding: 40px 80px; display: grid; grid-template-columns: repeat(3, 1fr); gap: 28px; }
  section { background: #fff; border: 1px solid #e2d5c3; border-radius: 10px; padding: 22px; }
  h2 { margin: 0 0 6px; } p { margin: 0 0 18px; color: #7a6552; }
  button { font: inherit; background: #8a5a33; color: #fff; border: 0; border-radius: 6px; padding: 8px 22px; }
</style>
<header>Corner Café</header>
<main>
  ${['Espresso 2.40', 'Flat white 3.80', 'Cappuccino 3.60', 'Filter 2.90', 'Mocha 4.20', 'Tea 2.70']
    .map(
      (name) => `<section><h2>${name} €</h2><p>Freshly made, in a minute.</p><button>Add</button></section>`,
    )
    .join('')}
</main>`;
