import { expect, test } from 'vitest';
import { createSample } from './dry-run.js';

const batch = (...rows: number[]) => ({
  kind: 'batch' as const,
  rows: rows.length,
  body: Buffer.from(rows.map((row) => JSON.stringify(delivered(row))).join(',')),
});
const delivered = (row: number, values = { n: row }) => ({ rowKey: `${row}`, record: row, values });

test('a sample keeps the first rows of all batches, and releases each batch', async () => {
  const sample = createSample({ rows: 3, columns: 1 });
  let released = 0;
  for (const each of [batch(1, 2), batch(3, 4), batch(5)])
    await sample.add(each, () => {
      released += 1;
    });
  await sample.close();
  expect(sample.rows).toEqual([1, 2, 3].map((row) => delivered(row)));
  expect(released).toBe(3);
});

test('a sample of fewer rows than its size has all of them', async () => {
  const sample = createSample({ rows: 10, columns: 1 });
  await sample.add(batch(1), () => {});
  expect(sample.rows).toEqual([delivered(1)]);
});
