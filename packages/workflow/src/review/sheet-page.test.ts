import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PAGE_BYTES, PAGE_ROWS, SheetPage, SheetPageWriter, type SheetRow } from './sheet-page.js';

function pack(rows: readonly SheetRow[]): SheetPage {
  const writer = new SheetPageWriter();
  for (const row of rows) writer.add(row);
  return new SheetPage(writer.take());
}

const cell = fc.option(
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom('', 'é'.repeat(200), '😀'.repeat(50)),
  ),
  { nil: undefined },
);
const note = fc.record({
  column: fc.nat(16_383),
  kind: fc.constantFrom('decimal' as const, 'error' as const, 'digits' as const),
  text: fc.string({ maxLength: 20 }),
});
const row: fc.Arbitrary<SheetRow> = fc.record({
  id: fc.maxSafeNat(),
  source: fc.option(fc.record({ file: fc.nat(19), row: fc.integer({ min: 1, max: 2 ** 40 }) })),
  cells: fc.array(cell, { maxLength: 12 }),
  notes: fc.option(fc.array(note, { minLength: 1, maxLength: 3 }), { nil: undefined }),
});

describe('a page of a sheet', () => {
  it('returns each row as it was added', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 30 }), (rows) => {
        const page = pack(rows);
        expect(page.rows).toBe(rows.length);
        for (let index = rows.length - 1; index >= 0; index -= 1)
          expect(page.row(index)).toEqual(rows[index]);
      }),
    );
  });

  it('is full at its size or its number of rows', () => {
    const writer = new SheetPageWriter();
    const add = (text: string) => writer.add({ id: 1, source: null, cells: [text] });
    for (let n = 0; n < PAGE_ROWS; n += 1) {
      expect(writer.isFull).toBe(false);
      add('a');
    }
    expect(writer.isFull).toBe(true);
    writer.take();
    expect([writer.rows, writer.isFull]).toEqual([0, false]);
    add('x'.repeat(PAGE_BYTES));
    expect(writer.isFull).toBe(true);
    expect(new SheetPage(writer.take()).row(0).cells[0]).toHaveLength(PAGE_BYTES);
  });

  it('that is cut off or of another form is refused', () => {
    const writer = new SheetPageWriter();
    writer.add({ id: 1, source: { file: 0, row: 2 }, cells: ['Foo'] });
    const whole = writer.take();
    for (let size = 0; size < whole.length; size += 1)
      expect(() => new SheetPage(whole.subarray(0, size))).toThrow(RangeError);
    expect(() => new SheetPage(Buffer.concat([Buffer.of(9), whole.subarray(1)]))).toThrow(RangeError);
    expect(() => new SheetPage(whole).row(1)).toThrow(RangeError);
  });
});
