import type { RawChannel } from '@novnc/novnc';

/** What stands in for a socket between noVNC and the host: the bytes travel in the panel's messages. */
export class VncChannel implements RawChannel {
  binaryType = 'arraybuffer';
  readonly protocol = '';
  readyState: 'open' | 'closed' = 'open';
  onopen: RawChannel['onopen'] = null;
  onmessage: RawChannel['onmessage'] = null;
  onclose: RawChannel['onclose'] = null;
  onerror: RawChannel['onerror'] = null;
  readonly #send: (bytes: Uint8Array) => void;

  constructor(send: (bytes: Uint8Array) => void) {
    this.#send = send;
  }

  /** Takes what the host says. */
  receive(bytes: Uint8Array): void {
    if (this.readyState === 'closed') return;
    // noVNC reads a whole buffer, of which these may be a part.
    this.onmessage?.({ data: bytes.slice().buffer });
  }

  /** noVNC writes into the same buffer again and again, so it is copied. */
  send(data: Uint8Array): void {
    if (this.readyState === 'open') this.#send(data.slice());
  }

  close(): void {
    if (this.readyState === 'closed') return;
    this.readyState = 'closed';
    this.onclose?.({ code: 1000, reason: '' });
  }
}
