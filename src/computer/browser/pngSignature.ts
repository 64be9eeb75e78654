import { type ScreenSignature, SignatureMaker } from '../../base/screenSignature.ts';
import { type PngRows, readPngRows } from '../pngRows.ts';

/** The signature of a PNG as Chromium writes them. Undefined for a picture of another kind, or a damaged one. */
export async function signatureOfPng(png: Buffer): Promise<ScreenSignature | undefined> {
  let picture: PngRows;
  try {
    picture = await readPngRows(png);
  } catch {
    // Whether it is a picture is found out where it is kept; here nothing is lost but a comparison.
    return undefined;
  }
  const maker = new SignatureMaker(picture.width, picture.height);
  for (const row of picture.rows) maker.add(row, 0, picture.pixelBytes);
  return maker.finish();
}
