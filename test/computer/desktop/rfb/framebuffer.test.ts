import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rect } from '../../../../src/computer/desktop/geometry.ts';
import { Damage } from '../../../../src/computer/desktop/rfb/damage.ts';
import { Framebuffer, OPAQUE } from '../../../../src/computer/desktop/rfb/framebuffer.ts';
import { ProtocolError } from '../../../../src/computer/desktop/rfb/parse.ts';

const RED = 0xff_00_00_ff;

describe('a framebuffer', () => {
  it('begins black and opaque', () => {
    const { data } = new Framebuffer({ width: 2, height: 1 });
    expect([...data]).toEqual([0, 0, 0, 255, 0, 0, 0, 255]);
  });

  it('keeps in another size what both sizes have', () => {
    fc.assert(
      fc.property(fc.tuple(side, side, side, side), ([width, height, newWidth, newHeight]) => {
        const framebuffer = new Framebuffer({ width, height });
        framebuffer.words.fill(RED);
        framebuffer.resize({ width: newWidth, height: newHeight });
        expect(framebuffer).toMatchObject({ width: newWidth, height: newHeight });
        expect(framebuffer.data).toHaveLength(newWidth * newHeight * 4);
        framebuffer.words.forEach((word, at) => {
          const isOld = at % newWidth < width && Math.floor(at / newWidth) < height;
          expect(word).toBe(isOld ? RED : OPAQUE);
        });
      }),
    );
  });

  it('tells a change of size once, and only of pixels that are left', () => {
    const framebuffer = new Framebuffer({ width: 20, height: 20 });
    framebuffer.touch({ x: 5, y: 0, width: 10, height: 1 });
    framebuffer.touch({ x: 15, y: 15, width: 1, height: 1 });
    framebuffer.resize({ width: 10, height: 10 });
    framebuffer.cursor = { width: 0, height: 0, hotspotX: 0, hotspotY: 0, data: new Uint8Array() };
    expect(framebuffer.takeChanges()).toEqual([
      { type: 'size', size: { width: 10, height: 10 } },
      { type: 'pixels', area: { x: 5, y: 0, width: 5, height: 1 } },
      { type: 'cursor' },
    ]);
    expect(framebuffer.takeChanges()).toEqual([]);
  });

  it('says nothing of a size that it has already', () => {
    const framebuffer = new Framebuffer({ width: 20, height: 20 });
    const { data } = framebuffer;
    framebuffer.resize({ width: 20, height: 20 });
    expect(framebuffer.data).toBe(data);
    expect(framebuffer.takeChanges()).toEqual([]);
  });

  it.each([
    [{ width: 0, height: 5 }],
    [{ width: 5, height: 0 }],
    [{ width: 65_535, height: 1 }],
    [{ width: 16_000, height: 16_000 }],
  ])('refuses a size of $width x $height', (size) => {
    expect(() => new Framebuffer(size)).toThrow(ProtocolError);
    expect(() => new Framebuffer({ width: 5, height: 5 }).resize(size)).toThrow(ProtocolError);
  });

  it('takes a rectangle on the screen, and none that leaves it', () => {
    const framebuffer = new Framebuffer({ width: 20, height: 10 });
    expect(() => framebuffer.check({ x: 0, y: 0, width: 20, height: 10 })).not.toThrow();
    expect(() => framebuffer.check({ x: 1, y: 0, width: 20, height: 10 })).toThrow(
      'The VNC server drew 20x10 px at 1,0, outside its screen of 20x10.',
    );
    expect(() => framebuffer.check({ x: 0, y: 10, width: 1, height: 1 })).toThrow(ProtocolError);
  });
});

const side = fc.integer({ min: 1, max: 12 });
const place = fc.integer({ min: 0, max: 900 });
const rects: fc.Arbitrary<Rect> = fc.record({ x: place, y: place, width: place, height: place });

describe('damage', () => {
  it('covers all that was added, in few rectangles', () => {
    fc.assert(
      fc.property(fc.array(rects, { maxLength: 60 }), (added) => {
        const damage = new Damage();
        for (const rect of added) damage.add(rect);
        const areas = damage.take();
        expect(areas.length).toBeLessThanOrEqual(16);
        for (const rect of added.filter(({ width, height }) => width > 0 && height > 0)) {
          expect(areas.some((area) => isInside(rect, area))).toBe(true);
        }
        expect(damage.take()).toEqual([]);
      }),
    );
  });

  it('makes one of the tiles of a screen', () => {
    const damage = new Damage();
    for (let y = 0; y < 10; y += 1) {
      for (let x = 0; x < 10; x += 1) damage.add({ x: x * 64, y: y * 64, width: 64, height: 64 });
    }
    expect(damage.take()).toEqual([{ x: 0, y: 0, width: 640, height: 640 }]);
  });

  it('keeps apart what is far apart', () => {
    const damage = new Damage();
    const corners = [
      { x: 0, y: 0, width: 5, height: 5 },
      { x: 900, y: 900, width: 5, height: 5 },
    ];
    for (const corner of corners) damage.add(corner);
    expect(damage.take()).toEqual(corners);
  });
});

function isInside(inner: Rect, outer: Rect): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}
