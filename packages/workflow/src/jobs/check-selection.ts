import {
  type Column,
  type FieldError,
  type Identity,
  InletError,
  type JobPatch,
  type Mapping,
} from '@inlet/contracts';
import { compileRowFilter, findUnreadableLimits } from '@inlet/pipeline';

type Selection = Pick<JobPatch, 'identity' | 'filter' | 'changeDetection'>;

/** A column that a setting names, and where. */
interface NamedColumn {
  readonly path: string;
  readonly key: string;
}

/** The columns that the given settings name. */
export const columnsNamedBy = ({ identity, filter, changeDetection }: Selection): readonly NamedColumn[] => [
  ...(identity ? identityColumns(identity, 'identity') : []),
  ...(filter?.conditions ?? []).map(({ column: key }, index) => ({
    path: `filter.conditions.${index}.column`,
    key,
  })),
  ...(changeDetection?.ignoreColumns ?? []).map((key, index) => ({
    path: `changeDetection.ignoreColumns.${index}`,
    key,
  })),
];

const identityColumns = (identity: Identity, path: string): readonly NamedColumn[] =>
  identity.by === 'columns'
    ? identity.columns.map((key, index) => ({ path: `${path}.columns.${index}`, key }))
    : [];

/**
 * Refuses settings that name a column which the template does not have, and conditions that compare numbers or dates
 * with another value. Only looks at the given ones.
 *
 * @throws InletError `invalid_request` with a path for each column and value, `template_pattern_invalid` for a pattern of the filter
 */
export function checkSelection(columns: readonly Column[], selection: Selection): void {
  checkNamed(columns, columnsNamedBy(selection));
  const { filter } = selection;
  if (!filter) return;
  compileRowFilter(filter, columns);
  refuse(
    findUnreadableLimits(filter, columns).map((index) => ({
      path: `filter.conditions.${index}.value`,
      message: `The value cannot be compared with those of "${filter.conditions[index]?.column}"`,
    })),
  );
}

interface GivenIdentity {
  readonly identity: Identity;
  readonly mapping: Mapping;
  /** Where the request has the identity; default `identity`. */
  readonly path?: string | undefined;
}

/**
 * Refuses an identity that names a column which the template or the mapping does not have. Identity columns of the
 * template may be left out: without a value in them, rows have the identity that the source gives them.
 *
 * @throws InletError `invalid_request` or `identity_column_unmapped` with a path for each column
 */
export function checkIdentityColumns(
  columns: readonly Column[],
  { identity, mapping, path = 'identity' }: GivenIdentity,
): void {
  const named = identityColumns(identity, path);
  checkNamed(columns, named);
  const mapped = new Set(mapping.map(({ column }) => column));
  const errors = named
    .filter(({ key }) => !mapped.has(key))
    .map((each) => ({
      path: each.path,
      message: `The column "${each.key}" identifies rows, but is not mapped`,
    }));
  if (errors.length > 0)
    throw new InletError('identity_column_unmapped', { detail: errors[0]?.message, errors });
}

function checkNamed(columns: readonly Column[], named: readonly NamedColumn[]): void {
  const keys = new Set(columns.map(({ key }) => key));
  refuse(
    named
      .filter(({ key }) => !keys.has(key))
      .map(({ path, key }) => ({ path, message: `The template has no column "${key}"` })),
  );
}

function refuse(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw new InletError('invalid_request', { detail: errors[0]?.message, errors });
}
