import { type Column, changeSource, type ProposedChanges, type Template } from '@inlet/contracts';
import type { FeedJob, JobProposal } from '../ports/model.js';
import { withColumns } from '../templates/with-columns.js';
import { checkSourceAndMapping } from './check-job.js';
import { checkIdentityColumns, checkSelection } from './check-selection.js';

interface ProposalRequest {
  readonly job: FeedJob;
  readonly template: Template;
  readonly changes: ProposedChanges;
  readonly columns: readonly Column[] | null;
}

/** Checks the changes that a dry run tries out, and completes their source with the job's headers and password. */
export function proposeChanges({ job, template, changes, columns }: ProposalRequest): JobProposal {
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const source = changes.source && changeSource(job.source, changes.source);
  const ownTemplate = withColumns(template, columns);
  const mapping = changes.mapping ?? job.mapping;
  checkSelection(ownTemplate.columns, changes);
  if (changes.identity || changes.mapping)
    checkIdentityColumns(ownTemplate.columns, { identity: changes.identity ?? job.identity, mapping });
  checkSourceAndMapping(ownTemplate, {
    source: source ?? job.source,
    mapping,
    recordPath: changes.recordPath ?? job.recordPath,
    parseOptions: changes.parseOptions ?? job.parseOptions,
  });
  return { ...given, ...(source && { source }), columns };
}
