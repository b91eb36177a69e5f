import { describe, expect, it } from 'vitest';
import { ScrollScale } from './scroll-scale.js';

const ROW = 36;
const VIEWPORT = 720;

function open(rows: number, mostPixels?: number): ScrollScale {
  const scale = new ScrollScale({ rowHeight: ROW, mostPixels });
  scale.setSize({ rows, viewport: VIEWPORT });
  return scale;
}

describe('a list that fits into an element', () => {
  it('scrolls by its pixels', () => {
    const scale = open(1000);
    expect(scale.contentPixels).toBe(36_000);
    scale.scrolled(1234);
    expect(scale.top).toBe(1234);
    expect(scale.show(999)).toBe(36_000 - VIEWPORT);
    expect(scale.show(0)).toBe(0);
  });
});

describe('a list of a million rows', () => {
  const LAST = 1_000_000 * ROW - VIEWPORT;

  it.each([15_000_000, 8_000_000, 100_000])('reaches every row by keys within %i pixels', (mostPixels) => {
    const scale = open(1_000_000, mostPixels);
    expect(scale.contentPixels).toBe(mostPixels);
    for (const row of [0, 1, 499_999, 932_070, 999_999]) {
      scale.moveTo(0);
      const scrollTop = scale.show(row);
      expect(scrollTop).toBeLessThanOrEqual(mostPixels - VIEWPORT);
      expect(scale.top).toBeLessThanOrEqual(row * ROW);
      expect(scale.top + VIEWPORT).toBeGreaterThanOrEqual((row + 1) * ROW);
    }
    expect(scale.top).toBe(LAST);
  });

  it('is moved by the wheel as far as a short list', () => {
    const scale = open(1_000_000);
    let scrollTop = scale.moveTo(500_000 * ROW);
    for (let n = 0; n < 50; n += 1) {
      scrollTop += 100;
      scale.scrolled(scrollTop);
    }
    expect(scale.top).toBe(500_000 * ROW + 5000);
    expect(scale.settle()).not.toBe(scrollTop);
    expect(scale.top).toBe(500_000 * ROW + 5000);
  });

  it('is moved by the thumb to scale', () => {
    const scale = open(1_000_000);
    const most = scale.contentPixels - VIEWPORT;
    scale.scrolled(most / 2);
    expect(scale.top).toBeCloseTo(LAST / 2);
    scale.scrolled(most);
    expect(scale.top).toBe(LAST);
    scale.scrolled(0);
    expect(scale.top).toBe(0);
  });

  it('ends where the scroll bar ends, however it got there', () => {
    const scale = open(1_000_000);
    let scrollTop = scale.moveTo(LAST - 50_000);
    const most = scale.contentPixels - VIEWPORT;
    while (scrollTop < most) {
      scrollTop = Math.min(most, scrollTop + 400);
      scale.scrolled(scrollTop);
    }
    expect(scale.top).toBe(LAST);
    scrollTop = scale.moveTo(10);
    scale.scrolled(0);
    expect(scale.top).toBe(0);
  });

  it('can scroll on from every place', () => {
    const scale = open(1_000_000, 100_000);
    const most = scale.contentPixels - VIEWPORT;
    for (const top of [1, ROW, LAST / 2, LAST - 1]) {
      const scrollTop = scale.moveTo(top);
      expect([scrollTop > 0, scrollTop < most]).toEqual([true, true]);
    }
  });

  it('keeps its place when rows are added and removed', () => {
    const scale = open(1_000_000);
    scale.moveTo(900_000 * ROW);
    scale.setSize({ rows: 950_000, viewport: VIEWPORT });
    expect(scale.top).toBe(900_000 * ROW);
    scale.setSize({ rows: 10, viewport: VIEWPORT });
    expect([scale.top, scale.contentPixels]).toEqual([0, 360]);
  });
});
