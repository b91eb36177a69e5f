import { type GuardRails, NO_COUNTS } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { checkGuardRails } from './guard-rails.js';

const GUARD_RAILS: GuardRails = {
  maxInvalidPercent: 20,
  maxRemovedPercent: 30,
  holdWhenEmpty: true,
  holdOnDrift: true,
  holdOnChurn: true,
  pauseAfterFailures: 3,
};

interface Situation {
  readonly guardRails?: Partial<GuardRails>;
  readonly reportsRemoved?: boolean;
  readonly knownItems?: number;
  readonly records?: number;
  readonly invalid?: number;
  readonly missingItems?: number;
  readonly vanishedPaths?: readonly string[];
}

function check(situation: Situation): void {
  const { records = 10, invalid = 0, missingItems = 0, vanishedPaths = [] } = situation;
  checkGuardRails(
    {
      guardRails: { ...GUARD_RAILS, ...situation.guardRails },
      changeDetection: {
        send: 'new_and_changed',
        removed: situation.reportsRemoved ?? false,
        ignoreColumns: [],
      },
      knownItems: situation.knownItems ?? 10,
    },
    { counts: { ...NO_COUNTS, records, invalid }, missingItems, vanishedPaths },
  );
}

describe('a run is stopped before it sends anything', () => {
  it.each<[string, Situation, string, string | undefined]>([
    ['if the source is empty', { records: 0 }, 'run_held_empty', undefined],
    [
      'if mapped paths have vanished',
      { vanishedPaths: ['price', 'link/@href'] },
      'run_held_drift',
      'Missing from all 10 records: "price", "link/@href".',
    ],
    [
      'if more rows than allowed are invalid',
      { records: 3, invalid: 1 },
      'run_held_invalid',
      '1 of 3 rows are invalid (33.3 %); 20 % are allowed.',
    ],
    [
      'if more items than allowed are missing',
      { reportsRemoved: true, missingItems: 4 },
      'run_held_removed',
      '4 of 10 known items are missing (40 %); 30 % are allowed.',
    ],
    ['for drift before invalid rows', { vanishedPaths: ['a'], invalid: 9 }, 'run_held_drift', undefined],
    [
      'for invalid rows before missing items',
      { reportsRemoved: true, invalid: 9, missingItems: 9 },
      'run_held_invalid',
      undefined,
    ],
  ])('%s', (_, situation, code, detail) => {
    expect(() => check(situation)).toThrow(
      expect.objectContaining(detail === undefined ? { code } : { code, detail }),
    );
  });
});

describe('a run passes', () => {
  it.each<[string, Situation]>([
    ['an empty source if that is allowed', { records: 0, guardRails: { holdWhenEmpty: false } }],
    [
      'an allowed empty source whatever is missing from it',
      { records: 0, guardRails: { holdWhenEmpty: false }, vanishedPaths: ['a'], missingItems: 10 },
    ],
    ['drift if that is allowed', { vanishedPaths: ['a'], guardRails: { holdOnDrift: false } }],
    ['exactly as many invalid rows as allowed', { invalid: 2 }],
    ['exactly as many missing items as allowed', { reportsRemoved: true, missingItems: 3 }],
    ['any number of missing items if removed rows are not reported', { missingItems: 10 }],
    ['if no items were known before', { reportsRemoved: true, knownItems: 0, missingItems: 0 }],
    ['any number of invalid rows at 100 %', { invalid: 10, guardRails: { maxInvalidPercent: 100 } }],
  ])('with %s', (_, situation) => {
    expect(() => check(situation)).not.toThrow();
  });
});
