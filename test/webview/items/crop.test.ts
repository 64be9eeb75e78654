import { describe, expect, it } from 'vitest';
import { cropAround } from '../../../webview/items/crop.ts';

const IMAGE = { width: 1280, height: 800 };
const WINDOW = { width: 480, height: 180 };

describe('cropAround', () => {
  it('centres on the point', () => {
    expect(cropAround([{ x: 640, y: 400 }], IMAGE, WINDOW)).toEqual({
      x: 400,
      y: 310,
      width: 480,
      height: 180,
    });
  });

  it.each([
    [
      { x: 0, y: 0 },
      { x: 0, y: 0 },
    ],
    [
      { x: 1279, y: 799 },
      { x: 800, y: 620 },
    ],
    [
      { x: -50, y: 5000 },
      { x: 0, y: 620 },
    ],
  ])('stays inside of the image for %j', (point, corner) => {
    expect(cropAround([point], IMAGE, WINDOW)).toEqual({ ...corner, width: 480, height: 180 });
  });

  it('shows both ends of a drag, in the shape of the window', () => {
    const crop = cropAround(
      [
        { x: 100, y: 100 },
        { x: 900, y: 200 },
      ],
      IMAGE,
      WINDOW,
    );
    expect(crop.x).toBeLessThan(100);
    expect(crop.x + crop.width).toBeGreaterThan(900);
    expect(crop.width / crop.height).toBeCloseTo(WINDOW.width / WINDOW.height);
  });

  it('shows a small image whole', () => {
    expect(cropAround([{ x: 10, y: 10 }], { width: 200, height: 100 }, WINDOW)).toEqual({
      x: 0,
      y: 0,
      width: 200,
      height: 100,
    });
  });
});
