import { columnSchema } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { loadTexts } from '../../locales/load-texts.js';
import { createFormats } from '../../texts/create-formats.js';
import { createText } from '../../texts/create-text.js';
import { DEFAULT_CHANGE_DETECTION, newWizard } from '../../wizard/reduce.js';
import type { SelectionForm } from '../../wizard/selection-form.js';
import { selectionSentences } from './selection-sentences.js';

const columns = [
  { key: 'title', name: 'Title' },
  { key: 'price', name: 'Price', type: 'number' },
].map((column) => columnSchema.parse(column));

const start = newWizard('Europe/Berlin');
const formats = createFormats({ locale: 'en', now: Date.now });
const t = createText({ locale: 'en', texts: await loadTexts('en'), overrides: {} });
const sentencesOf = (selection: Partial<SelectionForm>, ignoreColumns: string[] = []) =>
  selectionSentences(
    {
      editing: null,
      selection: { ...start.selection, ...selection },
      changeDetection: { ...DEFAULT_CHANGE_DETECTION, ignoreColumns },
    },
    { template: { columns }, t, formats },
  );

describe('the sentences about the choice of rows', () => {
  it('are none for the defaults', () => {
    expect(sentencesOf({})).toEqual([]);
    expect(sentencesOf({ identity: { by: 'columns', columns: [] } })).toEqual([]);
  });

  it('name the columns, the conditions and the first run', () => {
    const sentences = sentencesOf(
      {
        identity: { by: 'columns', columns: ['title', 'price'] },
        filter: {
          match: 'any',
          include: true,
          conditions: [
            { column: 'title', op: 'contains', value: 'tea' },
            { column: 'title', op: 'in', value: 'A, B' },
            { column: 'price', op: 'empty', value: '' },
          ],
        },
        firstRun: { newest: 10 },
      },
      ['price'],
    );
    expect(sentences).toEqual([
      'Rows are told apart by Title and Price.',
      'Only rows where Title contains “tea”, Title is “A” or “B”, or Price is empty are imported.',
      'The first run sends only the newest 10 items.',
      'A row in which only Price changes counts as unchanged.',
    ]);
  });

  it('say which rows are left out', () => {
    const conditions = [{ column: 'price', op: 'greater', value: '10' }] as const;
    expect(
      sentencesOf({
        identity: { by: 'content', columns: [] },
        filter: { match: 'all', include: false, conditions },
        firstRun: 'none',
      }),
    ).toEqual([
      'Rows are told apart by their whole content: every change makes a new row.',
      'Rows where Price is greater than “10” are left out.',
      'The first run sends none of the items that are there already.',
    ]);
  });

  it('leave out the first run once it is over', () => {
    const editing = { jobId: 'job_1', isDraft: false } as typeof start.editing;
    const selection = { ...start.selection, firstRun: 'none' as const };
    expect(
      selectionSentences({ ...start, editing, selection }, { template: { columns }, t, formats }),
    ).toEqual([]);
  });
});
