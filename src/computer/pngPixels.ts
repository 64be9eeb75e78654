import type { Pixels } from './pixels.ts';
import { readPngRows } from './pngRows.ts';

/**
 * The pixels of a PNG as {@link readPngRows} reads them. Of an alpha channel nothing is kept: a picture of a page has none
 * to tell.
 * @throws Error for any other PNG
 */
export async function decodePng(file: Buffer): Promise<Pixels> {
  const { width, height, pixelBytes, rows } = await readPngRows(file);
  const data = new Uint8Array(width * height * 4).fill(0xff);
  let to = 0;
  for (const row of rows) {
    for (let from = 0; from < row.length; from += pixelBytes, to += 4) {
      data[to] = row[from] as number;
      data[to + 1] = row[from + 1] as number;
      data[to + 2] = row[from + 2] as number;
    }
  }
  return { width, height, data };
}
