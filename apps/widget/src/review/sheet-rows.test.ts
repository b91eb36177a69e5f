import type { SheetRows as Answer } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { SheetRows } from './sheet-rows.js';

interface Asked {
  readonly offset: number;
  readonly signal: AbortSignal;
  readonly answer: () => Promise<void>;
}

const rowOf = (id: number, text = `row ${id}`) => ({
  id,
  sourceRow: null,
  cells: [text],
  issues: [],
  isEdited: false,
});

/** A view of 100,000 rows whose answers come when the test wants it. */
function openRows() {
  const asked: Asked[] = [];
  const rows = new SheetRows({
    load: ({ offset, limit }, signal) =>
      new Promise<Answer>((resolve) => {
        const answer = async () => {
          const found = Array.from({ length: limit }, (_, index) => rowOf(offset + index));
          resolve({ total: 100_000, revision: 1, rows: found });
          await new Promise(setImmediate);
        };
        asked.push({ offset, signal, answer });
      }),
    onProblem: (problem) => {
      throw problem;
    },
    onRevision: () => undefined,
  });
  return { rows, asked };
}

describe('the rows of a view', () => {
  it('loads the page that is visible, then the ones beside it', async () => {
    const { rows, asked } = openRows();
    rows.show({ first: 0, last: 30 });
    expect(asked.map(({ offset }) => offset)).toEqual([0]);
    await asked[0]?.answer();
    expect(rows.total).toBe(100_000);
    expect(rows.get(30)?.id).toBe(30);
    rows.show({ first: 380, last: 410 });
    expect(asked.slice(1).map(({ offset }) => offset)).toEqual([200, 400, 600]);
  });

  it('gives up requests for rows that have left the view', async () => {
    const { rows, asked } = openRows();
    rows.show({ first: 0, last: 10 });
    await asked[0]?.answer();
    rows.show({ first: 50_000, last: 50_010 });
    rows.show({ first: 90_000, last: 90_010 });
    expect(asked.filter(({ signal }) => signal.aborted).map(({ offset }) => offset)).toEqual([
      50_000, 50_200, 49_800,
    ]);
    await asked[1]?.answer();
    expect(rows.get(50_000)).toBeUndefined();
  });

  it('shows the old rows until the new ones arrive', async () => {
    const { rows, asked } = openRows();
    rows.show({ first: 0, last: 10 });
    await asked[0]?.answer();
    rows.replace([rowOf(3, 'edited')]);
    expect(rows.get(3)?.cells).toEqual(['edited']);
    rows.refresh();
    expect(rows.get(3)?.cells).toEqual(['edited']);
    await asked.at(-1)?.answer();
    expect(rows.get(3)?.cells).toEqual(['row 3']);
  });

  it('ignores answers from before a refresh', async () => {
    const { rows, asked } = openRows();
    rows.show({ first: 0, last: 10 });
    rows.refresh();
    await asked[0]?.answer();
    expect(rows.total).toBeNull();
    await asked[1]?.answer();
    expect(rows.total).toBe(100_000);
  });
});
