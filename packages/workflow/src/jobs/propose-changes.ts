import { type Column, changeSource, type ProposedChanges, type Template } from '@inlet/contracts';
import type { Job, JobProposal } from '../ports/model.js';
import { withColumns } from '../templates/with-columns.js';
import { checkSourceAndMapping } from './check-job.js';
import { checkSelection } from './check-selection.js';

interface ProposalRequest {
  readonly job: Job;
  readonly template: Template;
  readonly changes: ProposedChanges;
  readonly columns: readonly Column[] | null;
}

/** Checks the changes that a dry run tries out, and completes their source with the job's headers and password. */
export function proposeChanges({ job, template, changes, columns }: ProposalRequest): JobProposal {
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const source = changes.source && changeSource(job.source, changes.source);
  const ownTemplate = withColumns(template, columns);
  checkSelection(ownTemplate.columns, changes);
  checkSourceAndMapping(ownTemplate, {
    source: source ?? job.source,
    mapping: changes.mapping ?? job.mapping,
    recordPath: changes.recordPath ?? job.recordPath,
    parseOptions: changes.parseOptions ?? job.parseOptions,
  });
  return { ...given, ...(source && { source }), columns };
}
