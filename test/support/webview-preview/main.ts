/** `node test/support/webview-preview/main.ts`: serves the webview with sample sessions until it is interrupted. */
import { launchChromium, samplePicture } from './chromium.ts';
import { startWebviewPreview } from './server.ts';

const browser = await launchChromium();
const picture = await samplePicture(browser);
await browser.close();
const preview = await startWebviewPreview(picture);
console.log(`Webview preview: ${preview.address}/?theme=dark&session=rich`);
process.once('SIGINT', () => {
  preview.close().then(
    () => process.exit(0),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
});
