import { expect, test } from 'vitest';
import { matchRejectedRows } from './rejected-rows.js';

const BATCH = Buffer.from(
  ['{"rowKey":"a","record":1}', '{"rowKey":"b","record":2}', '{"rowKey":"gone","record":null}'].join(','),
);
const because = (message: string) => [{ columnKey: null, message }];

test('rejected rows are found in the batch with the number of their record', () => {
  const rejected = [
    { rowKey: 'b', errors: because('no') },
    { rowKey: 'gone', errors: because('unknown') },
  ];
  expect(matchRejectedRows(rejected, BATCH)).toEqual([
    { rowKey: 'b', record: 2, errors: because('no') },
    { rowKey: 'gone', record: null, errors: because('unknown') },
  ]);
});

test('a row that is rejected twice counts once', () => {
  const rejected = [
    { rowKey: 'a', errors: because('first') },
    { rowKey: 'a', errors: because('second') },
  ];
  expect(matchRejectedRows(rejected, BATCH)).toEqual([{ rowKey: 'a', record: 1, errors: because('first') }]);
});

test('a row that is not in the batch is ignored', () => {
  expect(matchRejectedRows([{ rowKey: 'z', errors: because('no') }], BATCH)).toEqual([]);
});

test('a batch without rejected rows is not parsed', () => {
  expect(matchRejectedRows([], Buffer.from('not JSON'))).toEqual([]);
});
