import { expect, test } from 'vitest';
import { createBatchWriter } from './batch-writer.js';

const fill = (writer: ReturnType<typeof createBatchWriter>, rows: readonly string[]) => {
  const batches: string[] = [];
  for (const row of rows) {
    if (writer.add(row)) continue;
    const batch = writer.take();
    batches.push(batch.toString());
    writer.recycle(batch);
    expect(writer.add(row)).toBe(true);
  }
  batches.push(writer.take().toString());
  return batches;
};

test('a batch ends at its number of rows', () => {
  const writer = createBatchWriter({ maxRows: 2, maxBytes: 1000 });
  expect(fill(writer, ['{"a":1}', '{"a":2}', '{"a":3}'])).toEqual(['{"a":1},{"a":2}', '{"a":3}']);
});

test('a batch ends before it would grow over its bytes, counted in UTF-8 with the commas', () => {
  const writer = createBatchWriter({ maxRows: 100, maxBytes: 9 });
  expect(fill(writer, ['"éé"', '12', '"🙂"', '5', '6'])).toEqual(['"éé",12', '"🙂",5', '6']);
  expect(fill(createBatchWriter({ maxRows: 100, maxBytes: 3 }), ['1', '2', '3'])).toEqual(['1,2', '3']);
});

test('a row that is larger than a batch gets a batch alone', () => {
  const large = JSON.stringify('x'.repeat(500_000));
  const writer = createBatchWriter({ maxRows: 10, maxBytes: 100 });
  expect(fill(writer, ['1', large, '2'])).toEqual(['1', large, '2']);
});

test('batches that were taken keep their bytes until they are recycled', () => {
  const writer = createBatchWriter({ maxRows: 3, maxBytes: 1000 });
  const taken = ['a', 'b', 'c', 'd'].map((letter) => {
    writer.add(JSON.stringify(letter.repeat(50)));
    return writer.take();
  });
  expect(taken.map((batch) => batch.toString()[1])).toEqual(['a', 'b', 'c', 'd']);
  writer.recycle(taken[0]!);
  writer.add('"z"');
  expect(taken.slice(1).map((batch) => batch.toString()[1])).toEqual(['b', 'c', 'd']);
  expect(writer.take().toString()).toBe('"z"');
});

test('thousands of batches use the memory of a few', () => {
  const writer = createBatchWriter({ maxRows: 10, maxBytes: 100_000 });
  const memories = new Set<ArrayBufferLike>();
  for (let batch = 0; batch < 2000; batch += 1) {
    while (writer.add('{"some":"row"}'));
    const taken = writer.take();
    memories.add(taken.buffer);
    writer.recycle(taken);
  }
  expect(memories.size).toBeLessThan(4);
});
