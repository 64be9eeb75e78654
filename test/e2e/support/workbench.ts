/** A real VS Code with the packed extension, in a headless browser, driven as a person would drive it. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Browser, BrowserContext, Frame, Locator, Page } from 'playwright-core';
import { launchHeadless } from '../../../scripts/lib/headless.mjs';
import { outDir, vsixPath } from '../../../scripts/lib/paths.mjs';
import { freePort } from '../../../scripts/lib/process.mjs';
import { startCodeServer, temporaryFolderEnv } from '../../../scripts/lib/vscode.mjs';
import { pollUntil } from './poll.ts';
import { APART_ARGS, addressApart, serveWebviewsApart } from './webviewsApart.ts';

export interface WorkbenchOptions {
  /** User settings, over the quiet ones. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Added to the environment of VS Code; undefined removes. No API key is passed on unless it is named here. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The workspace; an empty temporary folder by default. */
  readonly folder?: string;
  /** Whether the user agrees to the risks, and to the key of the environment, as soon as they are asked; true by default. */
  readonly agrees?: boolean;
  /** Whether webviews have a process of their own, as on the desktop, so that it can crash. They share the window's else. */
  readonly webviewsApart?: boolean;
}

/** Screenshots and logs for people to look at. */
export const ARTIFACTS_DIR = join(outDir, 'e2e-artifacts');

/** The logs of the window, the server and the extension host, one folder for each VS Code of the last run. */
export const LOGS_DIR = join(ARTIFACTS_DIR, 'logs');

const VIEWPORT = { width: 1400, height: 900 };
const EXTENSION_ID = 'computer-use-chat.computer-use-chat';
const READY_TIMEOUT_MS = 60_000;
const PALETTE_TIMEOUT_MS = 45_000;

type Server = Awaited<ReturnType<typeof startCodeServer>>;

/**
 * Starts VS Code in temporary folders and opens it at 1400x900. Close it in the test's teardown.
 *
 * @throws when the extension has not been packed (`npm run package`)
 */
export async function startWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  if (!existsSync(vsixPath)) throw new Error('Pack the extension first: npm run package');
  mkdirSync(ARTIFACTS_DIR, { recursive: true });
  const dataDir = mkdtempSync(join(tmpdir(), 'cuc-'));
  const folder = options.folder ?? join(dataDir, 'workspace');
  mkdirSync(folder, { recursive: true });
  let server: Server | undefined;
  let browser: Browser | undefined;
  try {
    server = await startCodeServer({
      dataDir,
      vsix: vsixPath,
      folder,
      port: await freePort(),
      settings: { ...options.settings },
      env: {
        ANTHROPIC_API_KEY: undefined,
        ANTHROPIC_AUTH_TOKEN: undefined,
        ANTHROPIC_BASE_URL: undefined,
        ...temporaryFolderEnv(dataDir),
        ...options.env,
      },
    });
    const apart = options.webviewsApart ?? false;
    const url = apart ? addressApart(server.url) : server.url;
    browser = await launchHeadless(apart ? APART_ARGS : []);
    const context = await browser.newContext({ viewport: VIEWPORT, bypassCSP: apart });
    if (apart) await serveWebviewsApart(context);
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: url });
    if (options.agrees ?? true) await context.addInitScript(agreeWhenAsked);
    const page = await context.newPage();
    await page.goto(url);
    const workbench = new Workbench({ dataDir, folder, server, browser, context, page });
    await workbench.untilReady();
    return workbench;
  } catch (error) {
    await browser?.close();
    await server?.stop();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    throw error;
  }
}

/** Runs in each document of the window: presses what a user who agrees presses. */
function agreeWhenAsked(): void {
  const agree = () => {
    document.querySelector<HTMLElement>('.consent-accept')?.click();
    for (const dialog of document.querySelectorAll('.monaco-dialog-box')) {
      if (!/ANTHROPIC_API_KEY|your API key to/.test(dialog.textContent ?? '')) continue;
      const buttons = [...dialog.querySelectorAll<HTMLElement>('.monaco-button')];
      const wanted = /^(?:Use for This Window Only|Send It There)$/;
      buttons.find(({ textContent }) => wanted.test(textContent?.trim() ?? ''))?.click();
    }
  };
  // The document of a webview is written anew after this, which ends what observes it.
  setInterval(agree, 100);
}

interface WorkbenchParts {
  readonly dataDir: string;
  readonly folder: string;
  readonly server: Server;
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly page: Page;
}

/** One VS Code window. Methods act as a person does and wait for what that person would wait for. */
export class Workbench {
  /** The window, for what the methods here do not cover. */
  readonly page: Page;
  /** The open folder. */
  readonly folder: string;
  /** Holds all of VS Code's state: `data/User/settings.json`, `data/User/workspaceStorage`, ... */
  readonly dataDir: string;
  readonly #parts: WorkbenchParts;

  constructor(parts: WorkbenchParts) {
    this.page = parts.page;
    this.folder = parts.folder;
    this.dataDir = parts.dataDir;
    this.#parts = parts;
  }

  /** Waits until the workbench is drawn and takes commands. */
  async untilReady(): Promise<void> {
    await this.page.waitForSelector('.monaco-workbench .statusbar-item', { timeout: READY_TIMEOUT_MS });
  }

  /** Runs a command through the palette. @param title - as the palette shows it, with or without its category */
  async runCommand(title: string): Promise<void> {
    await this.#openPalette(`>${title}`);
    const row = this.#quickPickRow(title);
    // A command shows up once its extension has been scanned; the palette does not refresh by itself.
    await pollUntil(`the command ${title}`, PALETTE_TIMEOUT_MS, async () => {
      if (await appears(row)) return true;
      await this.#openPalette(`>${title}`);
      return undefined;
    });
    await row.click();
  }

  /** Chooses an entry of the open quick pick by its label. */
  async pick(label: string): Promise<void> {
    await this.#quickPickRow(label).click();
  }

  /** Types into the open input box and confirms it. */
  async answerInput(text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget:not([style*="display: none"]) input.input');
    await input.fill(text);
    await input.press('Enter');
  }

  /** The document of the visible chat panel. Ask again after the panel was hidden or the window reloaded. */
  async chatFrame(): Promise<Frame> {
    return pollUntil('the chat panel', READY_TIMEOUT_MS, async () => (await this.chatFrames())[0]);
  }

  /** The documents of all visible chat panels, from left to right. */
  async chatFrames(): Promise<readonly Frame[]> {
    const found: { readonly frame: Frame; readonly left: number }[] = [];
    for (const outer of this.webviewFrames()) {
      // A panel that is being hidden or closed takes its frame away while it is looked at.
      const box = await outer
        .frameElement()
        .then(async (element) => ((await element.isVisible()) ? element.boundingBox() : null))
        .catch(() => null);
      if (!box) continue;
      for (const inner of outer.childFrames().reverse()) {
        const hasContent = await inner.evaluate(() => document.body.childElementCount > 0).catch(() => false);
        if (!hasContent) continue;
        found.push({ frame: inner, left: box.x });
        break;
      }
    }
    return found.toSorted((a, b) => a.left - b.left).map(({ frame }) => frame);
  }

  /** The frames around the documents of chat panels, loaded or not. */
  webviewFrames(): readonly Frame[] {
    return this.page.frames().filter((frame) => frame.url().includes(`extensionId=${EXTENSION_ID}`));
  }

  /** Shows an Output channel and gives all of its text. */
  async readOutputChannel(name: string): Promise<string> {
    await this.runCommand('Output: Show Output Channels...');
    await this.pick(name);
    const output = this.page.locator('.output-view .monaco-editor');
    await output.waitFor();
    await output.click();
    // Only the visible lines are in the page, so the text is read as a person would take it along.
    await this.page.evaluate(() => navigator.clipboard.writeText(''));
    const text = await pollUntil(`text in ${name}`, READY_TIMEOUT_MS, async () => {
      await this.page.keyboard.press('ControlOrMeta+A');
      await this.page.keyboard.press('ControlOrMeta+C');
      return (await this.page.evaluate(() => navigator.clipboard.readText())) || undefined;
    });
    // Drops the selection; with the cursor at the end the view goes on following what is written.
    await this.page.keyboard.press('ControlOrMeta+End');
    return text;
  }

  /** The texts of the notifications on screen. */
  async notifications(): Promise<string[]> {
    return this.page.locator('.notification-list-item-message').allInnerTexts();
  }

  /** Reloads the window, as Developer: Reload Window does. */
  async reloadWindow(): Promise<void> {
    const loaded = this.page.waitForEvent('load');
    await this.runCommand('Developer: Reload Window');
    await loaded;
    await this.untilReady();
  }

  /** Saves what the window shows now. @returns the path of the PNG */
  async screenshot(name: string): Promise<string> {
    const path = join(ARTIFACTS_DIR, `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }

  /** Ends the browser and VS Code, keeps VS Code's logs among the artefacts and removes everything else. */
  async close(): Promise<void> {
    const { browser, server, dataDir } = this.#parts;
    await browser.close();
    await server.stop();
    cpSync(join(dataDir, 'data', 'logs'), join(LOGS_DIR, basename(dataDir)), { recursive: true });
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }

  async #openPalette(text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input.input');
    await pollUntil('the palette', PALETTE_TIMEOUT_MS, async () => {
      await this.page.keyboard.press('Escape');
      // Focus may be in a webview, which keeps the keyboard to itself: an empty part of the status bar takes it back.
      await this.page.locator('.part.statusbar').click({ position: { x: VIEWPORT.width / 2, y: 10 } });
      await this.page.keyboard.press('ControlOrMeta+Shift+P');
      // A window that is still busy with its start loses the keys.
      return input.fill(text, { timeout: 3_000 }).then(
        () => true,
        () => undefined,
      );
    });
  }

  #quickPickRow(label: string): Locator {
    const exactly = new RegExp(`^(.*: )?${escapeRegExp(label)}$`);
    return this.page
      .locator('.quick-input-list .monaco-list-row')
      .filter({ has: this.page.locator('.label-name').filter({ hasText: exactly }) })
      .first();
  }
}

async function appears(locator: Locator): Promise<boolean> {
  return locator.waitFor({ timeout: 2000 }).then(
    () => true,
    () => false,
  );
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
