import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Coordinates, IMAGE_LIMITS, OutOfBounds } from '../../../src/computer/desktop/coordinates.ts';

const sizes = fc.record({
  width: fc.integer({ min: 1, max: 8000 }),
  height: fc.integer({ min: 1, max: 5000 }),
});

describe('coordinates', () => {
  it('are those of the screen where a screenshot may be as large', () => {
    const coordinates = new Coordinates({ width: 1280, height: 800 });
    expect(coordinates.image).toEqual({ width: 1280, height: 800 });
    expect(coordinates.toScreen({ x: 1279, y: 0 })).toEqual({ x: 1279, y: 0 });
  });

  it('keep every screenshot within the limits, and as large as they allow', () => {
    fc.assert(
      fc.property(sizes, (screen) => {
        const { image } = new Coordinates(screen);
        const tiles = Math.ceil(image.width / 28) * Math.ceil(image.height / 28);
        expect(Math.max(image.width, image.height)).toBeLessThanOrEqual(IMAGE_LIMITS.maxEdge);
        expect(tiles).toBeLessThanOrEqual(IMAGE_LIMITS.maxTiles);
        const isWhole = image.width === screen.width && image.height === screen.height;
        const isAtLimit =
          Math.max(image.width, image.height) === IMAGE_LIMITS.maxEdge || tiles > IMAGE_LIMITS.maxTiles * 0.9;
        expect(isWhole || isAtLimit).toBe(true);
      }),
    );
  });

  it('lead from every pixel of the screenshot to the screen and back to itself', () => {
    fc.assert(
      fc.property(
        sizes,
        fc.double({ min: 0, max: 0.999999, noNaN: true }),
        fc.boolean(),
        (screen, share, flip) => {
          const coordinates = new Coordinates(screen);
          const { width, height } = coordinates.image;
          const point = {
            x: Math.floor((flip ? 1 - 1e-9 - share : share) * width),
            y: Math.floor(share * height),
          };
          const onScreen = coordinates.toScreen(point);
          expect(onScreen.x).toBeLessThan(screen.width);
          expect(onScreen.y).toBeLessThan(screen.height);
          expect(coordinates.toImage(onScreen)).toEqual(point);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('name the middle of what a pixel of a smaller screenshot shows', () => {
    const coordinates = new Coordinates({ width: 3840, height: 2160 }, { maxEdge: 1280, maxTiles: 4784 });
    expect(coordinates.image).toEqual({ width: 1280, height: 720 });
    expect(coordinates.toScreen({ x: 0, y: 0 })).toEqual({ x: 1, y: 1 });
    expect(coordinates.toScreen({ x: 1279, y: 719 })).toEqual({ x: 3838, y: 2158 });
  });

  it.each([
    [1280, 0],
    [0, 800],
    [-1, 5],
    [Number.NaN, 5],
    [Number.POSITIVE_INFINITY, 5],
  ])('refuse (%s, %s), which is not on a screenshot of 1280x800', (x, y) => {
    const coordinates = new Coordinates({ width: 1280, height: 800 });
    expect(() => coordinates.toScreen({ x, y })).toThrow(OutOfBounds);
  });

  it('scale a region so that nothing of it is lost', () => {
    const coordinates = new Coordinates({ width: 2560, height: 1600 }, { maxEdge: 1000, maxTiles: 4784 });
    expect(coordinates.regionToScreen([0, 0, 1000, 625])).toEqual({ x: 0, y: 0, width: 2560, height: 1600 });
    expect(coordinates.regionToScreen([1, 1, 3, 2])).toEqual({ x: 2, y: 2, width: 6, height: 4 });
    expect(() => coordinates.regionToScreen([5, 5, 5, 9])).toThrow('empty');
    expect(() => coordinates.regionToScreen([0, 0, 1001, 9])).toThrow(OutOfBounds);
    expect(() => coordinates.regionToScreen([0, 0, 10])).toThrow(OutOfBounds);
  });
});
