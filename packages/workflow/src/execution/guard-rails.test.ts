import { type GuardRails, type IncompleteReason, NO_COUNTS } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { checkGuardRails, type Finding } from './guard-rails.js';

const GUARD_RAILS: GuardRails = {
  maxInvalidPercent: 20,
  maxRemovedPercent: 30,
  holdWhenEmpty: true,
  holdOnDrift: true,
  holdOnChurn: true,
  sourceIncomplete: 'hold',
  pauseAfterFailures: 3,
};

interface Situation {
  readonly guardRails?: Partial<GuardRails>;
  readonly reportsRemoved?: boolean;
  readonly knownItems?: number;
  readonly records?: number;
  /** Records without any mapped value. */
  readonly empty?: number;
  readonly invalid?: number;
  readonly missingItems?: number;
  readonly excludedItems?: number;
  readonly emptied?: readonly [emptied: number, values: number][];
  readonly vanishedPaths?: readonly string[];
  readonly incomplete?: IncompleteReason;
  readonly lastIncomplete?: IncompleteReason;
  readonly isFirstRun?: boolean;
  readonly churn?: { created: number; missing: number; same: number };
}

function check(situation: Situation): Finding | null {
  const { records = 10, empty = 0, invalid = 0, missingItems = 0, vanishedPaths = [] } = situation;
  const incomplete = situation.incomplete
    ? { reason: situation.incomplete, message: 'The file ends in the middle.' }
    : null;
  const missingExamples = missingItems > 0 ? ['key'] : [];
  return checkGuardRails(
    {
      guardRails: { ...GUARD_RAILS, ...situation.guardRails },
      changeDetection: {
        send: 'new_and_changed',
        removed: situation.reportsRemoved ?? false,
        ignoreColumns: [],
      },
      knownItems: situation.knownItems ?? 10,
      itemStateId: situation.isFirstRun ? null : 'run_1-1',
      fetchState: { incomplete: situation.lastIncomplete ?? null },
    },
    {
      counts: { ...NO_COUNTS, records, empty, invalid },
      isStateUnreadable: false,
      missingItems,
      missingExamples,
      excludedItems: situation.excludedItems ?? 0,
      excludedExamples: situation.excludedItems ? ['excluded'] : [],
      emptiedColumns: (situation.emptied ?? []).map(([emptied, values], index) => ({
        columnKey: `column${index}`,
        emptied,
        values,
        examples: ['Record 1: “much” is not a number.'],
      })),
      vanishedPaths,
      incomplete,
      churn: situation.churn ?? null,
    },
  );
}

describe('a run is held before it sends anything', () => {
  it.each<[string, Situation, Finding]>([
    [
      'if the source is empty',
      { records: 0 },
      {
        rule: 'empty',
        counts: { affected: 0, total: 10 },
        limit: null,
        examples: [],
        message: 'The source contains no records; 10 items are known.',
      },
    ],
    [
      'if the source of a first run is empty',
      { records: 0, knownItems: 0, isFirstRun: true },
      {
        rule: 'empty',
        counts: { affected: 0, total: 0 },
        limit: null,
        examples: [],
        message: 'The source contains no records. Nothing was imported before.',
      },
    ],
    [
      'if no record has a mapped value',
      { records: 0, empty: 2 },
      {
        rule: 'empty',
        counts: { affected: 0, total: 10 },
        limit: null,
        examples: [],
        message: 'None of the 2 records has a value at a mapped path; 10 items are known.',
      },
    ],
    [
      'if all mapped paths have vanished, even if the source may be empty',
      { records: 0, empty: 2, vanishedPaths: ['title'], guardRails: { holdWhenEmpty: false } },
      {
        rule: 'drift',
        counts: { affected: 1, total: 1 },
        limit: null,
        examples: ['title'],
        message: 'Missing from all 2 records: "title".',
      },
    ],
    [
      'if bytes of the source are missing',
      { records: 4, incomplete: 'root_open' },
      {
        rule: 'incomplete',
        counts: { affected: 4, total: 10 },
        limit: null,
        examples: [],
        message: 'The file ends in the middle. 4 records came; 10 items are known.',
      },
    ],
    [
      'if bytes of the source are missing after a single record',
      { records: 1, incomplete: 'root_open' },
      {
        rule: 'incomplete',
        counts: { affected: 1, total: 10 },
        limit: null,
        examples: [],
        message: 'The file ends in the middle. 1 record came; 10 items are known.',
      },
    ],
    [
      'if mapped paths have vanished',
      { vanishedPaths: ['price', 'link/@href'] },
      {
        rule: 'drift',
        counts: { affected: 2, total: 2 },
        limit: null,
        examples: ['price', 'link/@href'],
        message: 'Missing from all 10 records: "price", "link/@href".',
      },
    ],
    [
      'if more rows than allowed are invalid',
      { records: 3, invalid: 1 },
      {
        rule: 'invalid',
        counts: { affected: 1, total: 3 },
        limit: 20,
        examples: [],
        message: '1 of 3 rows are invalid; the limit is 20 %.',
      },
    ],
    [
      'if a column loses more of its values than allowed',
      {
        emptied: [
          [2, 10],
          [2, 3],
          [3, 10],
        ],
      },
      {
        rule: 'invalid',
        columnKey: 'column1',
        counts: { affected: 2, total: 3 },
        limit: 20,
        examples: ['Record 1: “much” is not a number.'],
        message:
          '2 of 3 values of column "column1" cannot be read and would be left empty; the limit is 20 %.',
      },
    ],
    [
      'if more items than allowed are missing',
      { reportsRemoved: true, missingItems: 38, knownItems: 41 },
      {
        rule: 'removed',
        counts: { affected: 38, total: 41 },
        limit: 30,
        examples: ['key'],
        message: '38 of 41 known items are missing; the limit is 30 %.',
      },
    ],
  ])('%s', (_, situation, held) => {
    expect(check(situation)).toEqual(held);
  });

  it.each<[string, Situation, Finding['rule']]>([
    ['missing bytes before an empty source', { records: 0, incomplete: 'text_cut' }, 'incomplete'],
    [
      'missing bytes in another way than last time',
      { incomplete: 'text_cut', lastIncomplete: 'root_open' },
      'incomplete',
    ],
    [
      'drift before records without any mapped value',
      { records: 0, empty: 2, vanishedPaths: ['a'] },
      'drift',
    ],
    [
      'missing items behind records without any mapped value',
      {
        records: 0,
        empty: 2,
        vanishedPaths: ['a'],
        guardRails: { holdWhenEmpty: false, holdOnDrift: false },
        reportsRemoved: true,
        missingItems: 10,
      },
      'removed',
    ],
    ['drift before invalid rows', { vanishedPaths: ['a'], invalid: 9 }, 'drift'],
    ['invalid rows before missing items', { reportsRemoved: true, invalid: 9, missingItems: 9 }, 'invalid'],
  ])('for %s', (_, situation, rule) => {
    expect(check(situation)?.rule).toBe(rule);
  });
});

describe('a run passes', () => {
  it.each<[string, Situation]>([
    ['an empty source if that is allowed', { records: 0, guardRails: { holdWhenEmpty: false } }],
    [
      'an allowed empty source whatever is missing from it',
      { records: 0, guardRails: { holdWhenEmpty: false }, vanishedPaths: ['a'], missingItems: 10 },
    ],
    ['missing bytes in the first run', { incomplete: 'root_open', isFirstRun: true }],
    [
      'missing bytes in the way of the last accepted run',
      { incomplete: 'row_cut', lastIncomplete: 'row_cut' },
    ],
    [
      'missing bytes if that is allowed',
      { incomplete: 'row_cut', guardRails: { sourceIncomplete: 'deliver' } },
    ],
    ['pages that were left out', { incomplete: 'pages_left' }],
    ['drift if that is allowed', { vanishedPaths: ['a'], guardRails: { holdOnDrift: false } }],
    ['exactly as many invalid rows as allowed', { invalid: 2 }],
    ['exactly as many values left out as allowed', { emptied: [[2, 10]] }],
    ['exactly as many missing items as allowed', { reportsRemoved: true, missingItems: 3 }],
    ['any number of excluded items if removed rows are not reported', { excludedItems: 10 }],
    ['any number of missing items if removed rows are not reported', { missingItems: 10 }],
    ['if no items were known before', { reportsRemoved: true, knownItems: 0, missingItems: 0 }],
    ['any number of invalid rows at 100 %', { invalid: 10, guardRails: { maxInvalidPercent: 100 } }],
  ])('with %s', (_, situation) => {
    expect(check(situation)).toBeNull();
  });
});
