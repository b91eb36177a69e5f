import { describe, expect, it } from 'vitest';
import { blockOf, edgesOf, moveBlock } from './cell-block.js';

const size = { rows: 1_000_000, columns: 8, pageRows: 10 };
const plain = { ctrlKey: false, metaKey: false, shiftKey: false };
const from = blockOf({ row: 5, column: 3 });
const moved = (key: string, more: Partial<typeof plain> = {}, direction: 'ltr' | 'rtl' = 'ltr') =>
  moveBlock(from, { ...plain, ...more, key }, { size, direction })?.active;

describe('the keys of the grid', () => {
  it.each([
    ['ArrowDown', {}, { row: 6, column: 3 }],
    ['ArrowUp', { ctrlKey: true }, { row: 0, column: 3 }],
    ['ArrowRight', {}, { row: 5, column: 4 }],
    ['PageDown', {}, { row: 15, column: 3 }],
    ['PageUp', {}, { row: 0, column: 3 }],
    ['Home', {}, { row: 5, column: 0 }],
    ['End', {}, { row: 5, column: 7 }],
    ['Home', { ctrlKey: true }, { row: 0, column: 0 }],
    ['End', { metaKey: true }, { row: 999_999, column: 7 }],
  ])('%s with %j moves', (key, more, to) => {
    expect(moved(key, more)).toEqual(to);
  });

  it('moves left and right as the text runs', () => {
    expect(moved('ArrowLeft', {}, 'rtl')).toEqual({ row: 5, column: 4 });
    expect(moved('ArrowRight', {}, 'rtl')).toEqual({ row: 5, column: 2 });
  });

  it('leaves other keys alone', () => {
    expect(moveBlock(from, { ...plain, key: 'a' }, { size, direction: 'ltr' })).toBeNull();
  });

  it('extends the block from its anchor with Shift', () => {
    const block = moveBlock(from, { ...plain, shiftKey: true, key: 'PageUp' }, { size, direction: 'ltr' });
    expect(block && edgesOf(block)).toEqual({ top: 0, bottom: 5, left: 3, right: 3 });
  });
});
