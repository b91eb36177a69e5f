import type { Column, TemplateInput } from '@inlet/contracts';
import { columnsNamedBy } from '../jobs/check-selection.js';
import type { Job } from '../ports/model.js';

export interface BrokenJob {
  readonly jobId: string;
  readonly label: string;
  readonly externalUserId: string;
  readonly reasons: readonly string[];
}

/**
 * The jobs that a change of columns would break, with the reasons: a job uses the columns that it maps, and those that
 * its identity, filter and `ignoreColumns` name. Jobs with their own columns
 * and those of uploads, which have no mapping, are not affected.
 */
export function brokenJobs(
  jobs: readonly Job[],
  change: { before: Pick<TemplateInput, 'columns'>; after: Pick<TemplateInput, 'columns'> },
): BrokenJob[] {
  const before = new Map(change.before.columns.map((column) => [column.key, column]));
  const after = new Map(change.after.columns.map((column) => [column.key, column]));
  const reasonsFor = (job: Job) => {
    const mapped = new Set(job.mapping.map(({ column }) => column));
    const used = [...new Set([...mapped, ...columnsNamedBy(job).map(({ key }) => key)])];
    const gone = used.filter((key) => !after.has(key)).map((key) => `column "${key}" is gone`);
    const changed = used.flatMap((key) => typeChange(before.get(key), after.get(key)));
    const missing = change.after.columns
      .filter(
        (column) => needsMapping(column) && !mapped.has(column.key) && !needsMapping(before.get(column.key)),
      )
      .map((column) => `column "${column.key}" is required now and is not mapped`);
    return [...gone, ...changed, ...missing];
  };
  return jobs
    .filter(({ kind, columns }) => kind === 'feed' && columns === null)
    .map((job) => ({
      jobId: job.id,
      label: job.label,
      externalUserId: job.externalUserId,
      reasons: reasonsFor(job),
    }))
    .filter(({ reasons }) => reasons.length > 0);
}

const typeChange = (before: Column | undefined, after: Column | undefined): string[] =>
  before && after && before.type !== after.type
    ? [`column "${after.key}" changes from ${before.type} to ${after.type}`]
    : [];

const needsMapping = (column: Column | undefined): boolean =>
  column !== undefined &&
  column.required !== undefined &&
  column.required !== false &&
  column.default === undefined;
