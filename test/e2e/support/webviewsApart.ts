/**
 * Webviews in a process of their own, as on the desktop. VS Code in a browser serves them from other hosts for that;
 * code-server serves them from the workbench's, so that they share its renderer and cannot crash alone.
 *
 * All hosts here are under one name, as Chromium lets frames of another site have no service worker in the windows of
 * a test; and every one of them gets its own process by a switch. Names under `localhost` are of the loopback interface.
 */
import type { BrowserContext, Frame } from 'playwright-core';

const SITE = 'vscode.localhost';

/** Switches for the browser. */
export const APART_ARGS: readonly string[] = [`--isolate-origins=http://[*.]${SITE}`];

/** Where to open the workbench. @param url - where it is served, on the loopback interface */
export function addressApart(url: string): string {
  const { port } = new URL(url);
  return `http://workbench.${SITE}:${port}`;
}

/**
 * Serves the webviews of a context apart. It has to pass over the workbench's content security policy, which knows no
 * such frames. Before its first page is opened.
 */
export async function serveWebviewsApart(context: BrowserContext): Promise<void> {
  await context.addInitScript((site) => {
    const getAttribute = Element.prototype.getAttribute;
    Element.prototype.getAttribute = function (name) {
      const value = getAttribute.call(this, name);
      const isSettings = this.id === 'vscode-workbench-web-configuration' && name === 'data-settings';
      if (!isSettings || value === null) return value;
      const { webviewEndpoint, ...configuration } = JSON.parse(value);
      const { pathname } = new URL(webviewEndpoint, location.href);
      return JSON.stringify({
        ...configuration,
        productConfiguration: {
          ...configuration.productConfiguration,
          webviewContentExternalBaseUrlTemplate: `http://{{uuid}}.${site}:${location.port}${pathname}/`,
        },
      });
    };
  }, SITE);
}

/** What is reached into of Playwright: it takes the crash of any frame for the end of the page. */
interface PlaywrightPage {
  readonly _connection: { toImpl(page: unknown): { _didCrash(): void } };
}

/**
 * Crashes the renderer of a webview that is served apart, and nothing else. Resolves when that has been noticed; the
 * page goes on.
 *
 * @param chat - the webview's document
 */
export async function crashRenderer(chat: Frame): Promise<void> {
  const outer = chat.parentFrame();
  if (!outer) throw new Error('That is no frame of a webview.');
  await crashOuterFrame(outer);
}

/** The same, by the frame around the document, which is there before that. */
export async function crashOuterFrame(outer: Frame): Promise<void> {
  const page = outer.page();
  const crashed = Promise.withResolvers<void>();
  (page as unknown as PlaywrightPage)._connection.toImpl(page)._didCrash = crashed.resolve;
  const devTools = await page.context().newCDPSession(outer);
  // A renderer that has crashed does not answer any more.
  devTools.send('Page.crash').catch(() => {});
  await crashed.promise;
}
