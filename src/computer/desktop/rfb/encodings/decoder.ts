import type { Disposable } from '../../../../base/lifecycle.ts';
import type { Size } from '../../geometry.ts';
import type { Framebuffer } from '../framebuffer.ts';
import type { PixelFormat } from '../pixelFormat.ts';
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

/** What the decoders of one connection share and keep from one rectangle to the next. */
export class Decoder implements Disposable {
  readonly framebuffer: Framebuffer;
  readonly options: DecoderOptions;
  #colours: Uint32Array;
  #readers: PixelReaders;

  constructor(framebuffer: Framebuffer, format: PixelFormat, options: DecoderOptions = {}) {
    this.framebuffer = framebuffer;
    this.options = options;
    this.#colours = new Uint32Array(colourMapSize(format));
    this.#readers = pixelReaders(format, this.#colours);
  }

  /** Readers of the pixels as they come. */
  get readers(): PixelReaders {
    return this.#readers;
  }

  /**
   * Takes SetColourMapEntries in; pixels that are drawn already stay as they are.
   *
   * @param first - the index of the first colour told
   * @param told - 6 bytes a colour: red, green, blue of 16 bits
   * @throws ProtocolError for colours beyond the map
   */
  setColours(first: number, told: Uint8Array): void {
    setColours(this.#colours, first, told);
  }

  dispose(): void {}
}
