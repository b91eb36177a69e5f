import { seededRandom } from '@inlet/testing';
import { describe, expect, it } from 'vitest';
import { PackedTexts, sortByNumber, sortByText } from './radix-sort.js';

const endTurn = () => Promise.resolve();
const rowsUpTo = (count: number) => Uint32Array.from({ length: count }, (_, row) => row);

describe('the sort of rows', () => {
  it('orders numbers by value and keeps the order of equal ones', async () => {
    const random = seededRandom(5);
    const special = [0, -0, 1e300, -1e300, 5e-324, -5e-324, 0.1, -0.1, 2 ** 31, -(2 ** 31)];
    const numbers = Float64Array.from({ length: 5000 }, (_, row) =>
      row % 3 === 0 ? special[random.between(0, special.length - 1)]! : random.between(-50, 50) / 4,
    );
    const rows = rowsUpTo(numbers.length);
    await sortByNumber(rows, numbers, endTurn);
    const wanted = [...rowsUpTo(numbers.length)].sort(
      (row, other) => numbers[row]! - numbers[other]! || row - other,
    );
    expect([...rows]).toEqual(wanted);
  });

  it('orders long runs of texts with common beginnings by their bytes', async () => {
    const random = seededRandom(6);
    // Texts of all lengths from 16 bytes on share two passes.
    const beginnings = ['', 'SIXTEEN LETTERS.', 'SIXTEEN LETTERS.', 'SIXTEEN LETTERS.', '日本語 '];
    const texts = Array.from(
      { length: 70_000 },
      () => `${beginnings[random.between(0, 4)]}${random.between(0, 9) < 3 ? '' : random.between(0, 9999)}`,
    );
    const packed = new PackedTexts(texts.length);
    texts.forEach((text, row) => {
      packed.set(row, text);
    });
    const rows = rowsUpTo(texts.length);
    await sortByText(rows, packed, endTurn);
    const bytes = texts.map((text) => Buffer.from(text));
    const wanted = [...rowsUpTo(texts.length)].sort(
      (row, other) => bytes[row]!.compare(bytes[other]!) || row - other,
    );
    expect(rows.every((row, place) => row === wanted[place])).toBe(true);
  });
});
