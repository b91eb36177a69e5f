import type { Column, ProposedChanges, Template } from '@inlet/contracts';
import type { Job, JobProposal } from '../ports/model.js';
import { withColumns } from '../templates/with-columns.js';
import { checkReading } from './check-job.js';
import { keepCredentials, liftCredentials } from './keep-credentials.js';

interface Proposing {
  readonly job: Job;
  readonly template: Template;
  readonly changes: ProposedChanges;
  /** Columns in place of those that the job uses; default: they stay. */
  readonly columns?: readonly Column[] | null;
}

/**
 * What a dry run tries out, checked as if the job were changed so, with the job's own headers and password where
 * none are given.
 */
export function proposeChanges({ job, template, changes, columns = job.columns }: Proposing): JobProposal {
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const source = changes.source && keepCredentials(job.source, liftCredentials(changes.source));
  checkReading(withColumns(template, columns), {
    source: source ?? job.source,
    mapping: changes.mapping ?? job.mapping,
  });
  return { ...given, ...(source && { source }), columns };
}
