import type { SheetOperation, SheetPatch } from '@inlet/contracts';
import { NO_SHEET_COUNTS } from '@inlet/contracts';
import { expect, it } from 'vitest';
import { SheetEdits } from './sheet-edits.js';

const edit = (text: string): SheetOperation[] => [{ kind: 'set', cells: [{ row: 1, column: 'name', text }] }];

function openEdits(failAt: number | null = null) {
  const sent: SheetPatch[] = [];
  const problems: unknown[] = [];
  const edits = new SheetEdits({
    patch: async (patch) => {
      sent.push(patch);
      await new Promise(setImmediate);
      if (sent.length === failAt) throw new Error('refused');
      return {
        revision: patch.baseRevision + 1,
        counts: NO_SHEET_COUNTS,
        changed: 0,
        rows: [],
        conflicts: [],
      };
    },
    onAnswer: () => undefined,
    onProblem: (problem) => problems.push(problem),
    onBusy: () => undefined,
  });
  return { edits, sent, problems };
}

it('bases each edit on the revision of the one before', async () => {
  const { edits, sent } = openEdits();
  edits.sawRevision(7);
  await Promise.all([edits.send(edit('a')), edits.send(edit('b')), edits.send(edit('c'))]);
  expect(sent.map(({ baseRevision }) => baseRevision)).toEqual([7, 8, 9]);
});

it('drops the edits that follow one that failed', async () => {
  const { edits, sent, problems } = openEdits(1);
  const answers = await Promise.all([edits.send(edit('a')), edits.send(edit('b'))]);
  expect(answers).toEqual([null, null]);
  expect([sent.length, problems.length]).toEqual([1, 1]);
  expect(await edits.send(edit('c'))).toMatchObject({ revision: 1 });
});
