import { describe, expect, it } from 'vitest';
import { Flight, LANDING_MS } from '../../../webview/list/flight.ts';

describe('Flight', () => {
  it('begins with the second far move in a row, either way', () => {
    const flight = new Flight();
    flight.moved(40, 1000);
    expect(flight.isFlying).toBe(false);
    flight.moved(-4, 1016);
    expect(flight.isFlying).toBe(true);
  });

  it('is not what single jumps or small moves make, however many', () => {
    const flight = new Flight();
    for (let time = 0; time < 10; time++) {
      flight.moved(1000, time * LANDING_MS);
      expect(flight.isFlying).toBe(false);
    }
    for (let now = 5000; now < 5500; now += 16) {
      flight.moved(0.5, now);
      expect(flight.isFlying).toBe(false);
    }
  });

  it('ends with a small move, or without one', () => {
    const flight = new Flight();
    const fly = (now: number) => {
      flight.moved(2, now);
      flight.moved(2, now + 16);
      expect(flight.isFlying).toBe(true);
    };
    fly(0);
    flight.moved(0.2, 32);
    expect(flight.isFlying).toBe(false);
    fly(1000);
    flight.land();
    expect(flight.isFlying).toBe(false);
  });
});
