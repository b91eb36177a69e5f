import { InletError } from '@inlet/contracts';
import type { StagedRows } from '../ingest/ingest-source.js';
import type { Job } from '../ports/model.js';

/** Throws when a run should send nothing because its source looks broken. */
export function checkGuardRails(job: Job, staged: StagedRows): void {
  const { guardRails, changeDetection, knownItems } = job;
  const { counts, missingItems, vanishedPaths } = staged;
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
      detail: `${counts.invalid} of ${counts.records} rows are invalid (${show(invalidPercent)}); ${show(guardRails.maxInvalidPercent)} are allowed.`,
    });
  }
  if (!changeDetection.removed || knownItems === 0) return;
  const removedPercent = (100 * missingItems) / knownItems;
  if (removedPercent > guardRails.maxRemovedPercent) {
    throw new InletError('run_held_removed', {
      detail: `${missingItems} of ${knownItems} known items are missing (${show(removedPercent)}); ${show(guardRails.maxRemovedPercent)} are allowed.`,
    });
  }
}

const show = (percent: number): string => `${Math.round(percent * 10) / 10} %`;
