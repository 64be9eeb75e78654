import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clampShare, fitted, toScreen } from '../../../webview/live/geometry.ts';

const side = fc.integer({ min: 50, max: 4_000 });
const size = fc.record({ width: side, height: side });

test('a picture fills its room in one direction and keeps its shape', () => {
  fc.assert(
    fc.property(size, size, (content, room) => {
      const { width, height } = fitted(content, room);
      expect(width / height).toBeCloseTo(content.width / content.height, 6);
      expect(Math.max(width / room.width, height / room.height)).toBeCloseTo(1, 6);
    }),
  );
});

test('a point of the page is the point of the screen under it, whatever the scale', () => {
  const part = fc.double({ min: -0.5, max: 1.5, noNaN: true });
  fc.assert(
    fc.property(size, size, part, part, (screen, room, across, down) => {
      const picture = { left: 13, top: 7, ...fitted(screen, room) };
      const at = { x: picture.left + across * picture.width, y: picture.top + down * picture.height };
      const point = toScreen(at, picture, screen);
      expect(point.x).toBeCloseTo(across * screen.width, 5);
      expect(point.y).toBeCloseTo(down * screen.height, 5);
    }),
  );
});

test('neither side of the splitter is pushed out', () => {
  expect([clampShare(-1), clampShare(0.5), clampShare(3)]).toEqual([0.2, 0.5, 0.8]);
});
