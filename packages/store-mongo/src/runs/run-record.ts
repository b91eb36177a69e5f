import { isFinished } from '@inlet/contracts';
import type { Run, RunChanges } from '@inlet/workflow';
import type { RunRecord } from './run-schema.js';

export const toRunRecord = ({ id, about, sample, ...rest }: Run): RunRecord => ({
  _id: id,
  ...rest,
  ...(isFinished(rest.outcome) ? {} : { isUnfinished: true }),
  aboutJson: JSON.stringify(about),
  sampleJson: JSON.stringify(sample),
});

export const toRun = ({ _id, isUnfinished: _, aboutJson, sampleJson, ...rest }: RunRecord): Run => ({
  id: _id,
  ...rest,
  about: JSON.parse(aboutJson),
  sample: JSON.parse(sampleJson),
});

/** The update that makes these changes, and keeps `isUnfinished` in step with the outcome. */
export function toRunUpdate({ about, sample, ...changes }: RunChanges): {
  $set: Partial<RunRecord>;
  $unset?: { isUnfinished: 1 };
} {
  const set = {
    ...changes,
    ...(about === undefined ? {} : { aboutJson: JSON.stringify(about) }),
    ...(sample === undefined ? {} : { sampleJson: JSON.stringify(sample) }),
  };
  if (changes.outcome === undefined) return { $set: set };
  if (isFinished(changes.outcome)) return { $set: set, $unset: { isUnfinished: 1 } };
  return { $set: { ...set, isUnfinished: true } };
}
