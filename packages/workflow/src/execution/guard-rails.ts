import { InletError } from '@inlet/contracts';
import type { IngestedSource } from '../ingest/ingest-source.js';
import type { Job } from '../ports/model.js';

type GuardedJob = Pick<Job, 'guardRails' | 'changeDetection' | 'knownItems'>;
type Findings = Pick<IngestedSource, 'counts' | 'missingItems' | 'vanishedPaths'>;

/** Throws if the run must send nothing because its source looks broken. */
export function checkGuardRails(job: GuardedJob, { counts, missingItems, vanishedPaths }: Findings): void {
  const { guardRails, changeDetection, knownItems } = job;
  if (counts.records === 0) {
    if (guardRails.holdWhenEmpty) throw new InletError('run_held_empty');
    return;
  }
  if (guardRails.holdOnDrift && vanishedPaths.length > 0) {
    const paths = vanishedPaths.map((path) => `"${path}"`).join(', ');
    throw new InletError('run_held_drift', {
      detail: `Missing from all ${counts.records} records: ${paths}.`,
    });
  }
  const invalidPercent = (100 * counts.invalid) / counts.records;
  if (invalidPercent > guardRails.maxInvalidPercent) {
    throw new InletError('run_held_invalid', {
      detail: `${counts.invalid} of ${counts.records} rows are invalid (${format(invalidPercent)}); ${format(guardRails.maxInvalidPercent)} are allowed.`,
    });
  }
  if (!changeDetection.removed || knownItems === 0) return;
  const removedPercent = (100 * missingItems) / knownItems;
  if (removedPercent > guardRails.maxRemovedPercent) {
    throw new InletError('run_held_removed', {
      detail: `${missingItems} of ${knownItems} known items are missing (${format(removedPercent)}); ${format(guardRails.maxRemovedPercent)} are allowed.`,
    });
  }
}

const format = (percent: number): string => `${Math.round(percent * 10) / 10} %`;
