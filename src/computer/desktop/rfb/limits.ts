/** What a server may make us hold. Whatever asks for more ends the connection. */
export interface RfbLimits {
  /** px, of the width and of the height of a screen. */
  readonly maxScreenEdge: number;
  /** px of a whole screen; each costs 4 bytes. */
  readonly maxScreenPixels: number;
  /** px, of the width and of the height of a pointer's shape. */
  readonly maxCursorEdge: number;
  /** Bytes that a parser may ask for at once. They are held only as they come. */
  readonly maxRequest: number;
  /** Bytes of the desktop's name. */
  readonly maxName: number;
  /** Bytes of a sentence in which the server says why it refuses. */
  readonly maxReason: number;
  /** Bytes of a clipboard's text, unpacked. */
  readonly maxClipboard: number;
  /** Bytes on their way to a server that does not read. */
  readonly maxUnsent: number;
}

export const DEFAULT_LIMITS: RfbLimits = {
  maxScreenEdge: 16_384,
  // Two 8K screens. The pixels take 256 MB then.
  maxScreenPixels: 2 ** 26,
  maxCursorEdge: 1024,
  maxRequest: 2 ** 24,
  maxName: 2 ** 16,
  maxReason: 2 ** 16,
  maxClipboard: 2 ** 22,
  maxUnsent: 2 ** 22,
};
