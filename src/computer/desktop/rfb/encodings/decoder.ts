import type { Disposable } from '../../../../base/lifecycle.ts';
import type { Size } from '../../geometry.ts';
import type { Framebuffer } from '../framebuffer.ts';
import { InflateStream } from '../inflate.ts';
import { checkPixelFormat, type PixelFormat } from '../pixelFormat.ts';
import { colourMapSize, type PixelReaders, pixelReaders, setColours } from './pixelReader.ts';

/** What a server tells in an ExtendedDesktopSize rectangle. */
export interface DesktopSizeTold {
  /** 0: the server did it, 1: this client asked, 2: another client asked. */
  readonly reason: number;
  /** Why not, when this client asked: 0 is success, 1 prohibited, 2 out of resources, 3 invalid layout. */
  readonly status: number;
  readonly size: Size;
  /** 16 bytes a screen as they came: id, x, y, width, height, flags. */
  readonly screens: readonly Uint8Array[];
}

export interface DecoderOptions {
  /** Hears every ExtendedDesktopSize rectangle, after the framebuffer has the size. */
  readonly onDesktopSize?: (told: DesktopSizeTold) => void;
}

/** Zlib and ZRLE have a stream each, Tight four. */
export type StreamName = 'zlib' | 'zrle' | 0 | 1 | 2 | 3;

/** What the decoders of one connection share and keep from one rectangle to the next. */
export class Decoder implements Disposable {
  readonly framebuffer: Framebuffer;
  readonly format: PixelFormat;
  readonly options: DecoderOptions;
  /** Readers of the pixels as they come. */
  readonly readers: PixelReaders;
  readonly #colours: Uint32Array;
  readonly #streams = new Map<StreamName, InflateStream>();
  #scratch = new Uint8Array();

  /** @throws RangeError for a format that cannot be */
  constructor(framebuffer: Framebuffer, format: PixelFormat, options: DecoderOptions = {}) {
    checkPixelFormat(format);
    this.framebuffer = framebuffer;
    this.format = format;
    this.options = options;
    this.#colours = new Uint32Array(format.isTrueColour ? 0 : colourMapSize(format));
    this.readers = pixelReaders(format, this.#colours);
  }

  /**
   * Takes SetColourMapEntries in; pixels that are drawn already stay as they are. Where pixels are no indexes it is of no
   * matter: a server may send one before it has read which format we ask for.
   *
   * @param first - the index of the first colour told
   * @param told - 6 bytes a colour: red, green, blue of 16 bits
   * @throws ProtocolError for colours beyond the map
   */
  setColours(first: number, told: Uint8Array): void {
    if (!this.format.isTrueColour) setColours(this.#colours, first, told);
  }

  stream(name: StreamName): InflateStream {
    const known = this.#streams.get(name);
    if (known) return known;
    const stream = new InflateStream();
    this.#streams.set(name, stream);
    return stream;
  }

  /** The next rectangle begins this stream anew. */
  resetStream(name: StreamName): void {
    this.#streams.get(name)?.reset();
  }

  /** Memory of `length` bytes for as long as one rectangle is read; what is in it is left over from others. */
  scratch(length: number): Uint8Array<ArrayBuffer> {
    if (this.#scratch.length < length) this.#scratch = new Uint8Array(length);
    return this.#scratch.subarray(0, length);
  }

  /** Lets go of what it holds; nothing must be decoded after that. */
  dispose(): void {
    this.#streams.clear();
    this.#scratch = new Uint8Array();
  }
}
