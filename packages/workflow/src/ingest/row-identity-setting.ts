import type { Identity, Template } from '@inlet/contracts';
import { BY_CONTENT } from '@inlet/pipeline';
import type { RowIdentitySetting } from '../ports/change-reader.js';
import type { FetchState, Job, RowIdentityState } from '../ports/model.js';

interface IdentifiedJob extends Pick<Job, 'identity' | 'itemStateId'> {
  readonly fetchState: Pick<FetchState, 'rowIdentity'>;
}
type IdentifyingTemplate = Pick<Template, 'columns' | 'identity'>;

/** `by` of an identity without columns, which is that of the items themselves. */
export const NO_COLUMNS = '[]';

export interface JobIdentity extends RowIdentitySetting {
  readonly by: string;
  /** No run of the job has identified rows yet. */
  readonly isFirst: boolean;
  /** Known items were identified in another way. */
  readonly isChanged: boolean;
}

/** Decides what identifies the rows of a run: the setting of the job, on the basis that its first run decided. */
export function jobIdentity(job: IdentifiedJob, template: IdentifyingTemplate): JobIdentity {
  const { by, columns } = resolveIdentity(job.identity, template);
  const stored = storedIdentity(job, template);
  const isSame = stored?.by === by;
  const isContentChosen = job.identity.by === 'content';
  const known = {
    by,
    columns,
    candidates: null,
    isContentChosen,
    isFirst: stored === null,
    isChanged: stored !== null && !isSame,
  };
  if (isContentChosen) return { ...known, decided: BY_CONTENT };
  const isDecided = isSame && stored.basis !== null;
  return { ...known, decided: isDecided ? { basis: stored.basis, paths: stored.paths } : null };
}

/** The identity of the known items. Jobs that ran before it was stored used the template's, on the basis of the id. */
function storedIdentity(
  { itemStateId, fetchState }: IdentifiedJob,
  template: IdentifyingTemplate,
): RowIdentityState | null {
  if (fetchState.rowIdentity) return fetchState.rowIdentity;
  if (itemStateId === null) return null;
  return { by: resolveIdentity({ by: 'template' }, template).by, basis: 'id', paths: null };
}

/** The identity columns of a setting, if the template has all of them, and a text by which a change is noticed. */
function resolveIdentity(
  identity: Identity,
  template: IdentifyingTemplate,
): Pick<JobIdentity, 'by' | 'columns'> {
  if (identity.by === 'content') return { by: 'content', columns: [] };
  const wanted = chosenColumns(identity, template);
  const keys = new Set(template.columns.map(({ key }) => key));
  const columns = wanted.every((key) => keys.has(key)) ? wanted : [];
  return { by: JSON.stringify(columns), columns };
}

function chosenColumns(identity: Identity, template: IdentifyingTemplate): readonly string[] {
  if (identity.by === 'columns') return identity.columns;
  return identity.by === 'template' ? template.identity : [];
}
