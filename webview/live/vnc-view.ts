import type { Size } from './geometry.ts';

/** A desktop's screen in an element. */
export interface VncView {
  /** Takes what the host's VNC server says. */
  receive(bytes: Uint8Array): void;
  /** Whether mouse and keyboard go to the desktop; it has the focus then. */
  setInteractive(isInteractive: boolean): void;
  dispose(): void;
}

export interface VncViewOptions {
  /** Says something to the host's VNC server. */
  readonly send: (bytes: Uint8Array) => void;
  /** The screen has this size, in its own px. */
  readonly onSize: (size: Size) => void;
}

/** Shows a desktop in `target`, view-only at first. */
export type ConnectVnc = (target: HTMLElement, options: VncViewOptions) => VncView;

/** The document's one script; only while it runs can it be asked for. */
const mainScript = document.currentScript;

/**
 * Loads what shows desktops; of the size of the rest of the webview, so only when there is one to be shown.
 *
 * @throws what keeps it from loading
 */
export async function loadVnc(): Promise<ConnectVnc> {
  if (!(mainScript instanceof HTMLScriptElement))
    throw new Error('The script does not know where it is from.');
  const module: { readonly connectVnc: ConnectVnc } = await import(
    new URL('webview-vnc.js', mainScript.src).href
  );
  return module.connectVnc;
}
