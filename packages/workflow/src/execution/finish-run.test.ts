import { NO_COUNTS } from '@inlet/contracts';
import { expect, it } from 'vitest';
import { outcomeOf } from './finish-run.js';

it.each([
  ['unchanged', { records: 3 }],
  ['succeeded', { records: 3, batches: 1 }],
  ['succeeded_with_issues', { records: 3, batches: 1, issues: 1 }],
  ['succeeded_with_issues', { records: 3, issues: 1 }],
])('the outcome is %s for %o', (outcome, counts) => {
  expect(outcomeOf({ ...NO_COUNTS, ...counts })).toBe(outcome);
});
