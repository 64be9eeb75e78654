/** What is used of noVNC 1.7 (docs/API.md there); the published types are of an older one. */
declare module '@novnc/novnc' {
  /** As much of a WebSocket as noVNC needs to speak over something else. */
  export interface RawChannel {
    binaryType: string;
    readonly protocol: string;
    readonly readyState: 'connecting' | 'open' | 'closing' | 'closed';
    onopen: (() => void) | null;
    onmessage: ((event: { readonly data: ArrayBuffer }) => void) | null;
    onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null;
    onerror: ((event: unknown) => void) | null;
    send(data: Uint8Array): void;
    close(): void;
  }

  export default class RFB extends EventTarget {
    constructor(target: HTMLElement, channel: RawChannel, options?: { readonly shared?: boolean });
    /** Takes no mouse and keyboard. */
    viewOnly: boolean;
    /** Fits the picture into the target. */
    scaleViewport: boolean;
    /** Of what is around the picture, CSS. */
    background: string;
    focus(options?: FocusOptions): void;
    blur(): void;
    disconnect(): void;
  }
}
