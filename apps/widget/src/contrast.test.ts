import { describe, expect, it } from 'vitest';
import { contrast, readableOn, textOn } from './contrast.js';

const COLORS = ['#ffd43b', '#2f55d4', '#888888', '#000000', '#ffffff', '#12b886', '#e64980', '#757575'];

describe('contrast', () => {
  it('is 21 between black and white, and 1 with itself', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#2f55d4', '#2f55d4')).toBe(1);
  });

  it.each(COLORS)('of the text on %s is at least 4.5', (color) => {
    expect(contrast(textOn(color), color)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(COLORS)('of %s as text is at least 4.5 on light and dark backgrounds', (color) => {
    for (const background of ['#ffffff', '#f3f5f8', '#24272d'])
      expect(contrast(readableOn(color, { background }), background)).toBeGreaterThanOrEqual(4.5);
  });

  it('of a readable colour is enough: the colour stays unchanged', () => {
    expect(readableOn('#1d3fae', { background: '#ffffff' })).toBe('#1d3fae');
  });
});
