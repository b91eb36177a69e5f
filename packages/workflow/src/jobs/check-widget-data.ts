import {
  type Column,
  InletError,
  type MappedColumn,
  mappingOfData,
  type WidgetDataRequest,
  type WidgetGiven,
} from '@inlet/contracts';
import { checkMapping } from '@inlet/pipeline';
import { checkSchedule } from '@inlet/schedule';
import { findTemplateInUse } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';

/**
 * Checks what the host's page filled in for a new import by the rules of a job: columns of the session's template and
 * a schedule that it allows. Columns may be missing, as the person chooses them. Nothing is stored or fetched.
 *
 * @throws InletError as for a job, with paths in `data`
 */
export async function checkWidgetData(
  context: Pick<Context, 'store' | 'now'>,
  caller: Caller,
  { data }: WidgetDataRequest,
): Promise<WidgetGiven> {
  const { columns, minIntervalMinutes } = await findTemplateInUse(context, caller, {});
  const mapping = mappingOfData(data);
  const { url = null, name = null, schedule = null, values = {} } = data;
  const toDataPath = pathsIn(data, mapping);
  const optional = columns.map((column) => ({ ...column, required: false }));
  withDataPaths(toDataPath, () => checkMapping(mapping, optional));
  checkValues(values, columns);
  if (schedule)
    withDataPaths(toDataPath, () => checkSchedule(schedule, { now: context.now(), minIntervalMinutes }));
  return { url, name, schedule, mapping, values };
}

function checkValues(values: Readonly<Record<string, string>>, columns: readonly Column[]): void {
  const known = new Set(columns.map(({ key }) => key));
  const errors = Object.keys(values)
    .filter((key) => !known.has(key))
    .map((key) => ({ path: `data.values.${key}`, message: `The template has no column "${key}"` }));
  const [first] = errors;
  if (first) throw new InletError('mapping_column_unknown', { detail: first.message, errors });
}

type ToDataPath = (path: string) => string;

/** Turns paths of a job into paths of the given data. Rules by column are named by their key, not by a number. */
function pathsIn({ mapping }: WidgetDataRequest['data'], columns: readonly MappedColumn[]): ToDataPath {
  if (Array.isArray(mapping)) return (path) => `data.${path}`;
  return (path) =>
    `data.${path.replace(/^mapping\.(\d+)(\.column$)?/, (_, index) => `mapping.${columns[Number(index)]?.column}`)}`;
}

/** Repeats an error of `check` with paths in the given data. */
function withDataPaths(toDataPath: ToDataPath, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof InletError)) throw error;
    const { code, message, detail, errors, extra } = error;
    throw new InletError(code, {
      extra,
      cause: error,
      ...(detail !== undefined && { detail }),
      errors: errors?.map((each) => ({ ...each, path: toDataPath(each.path) })) ?? [
        { path: toDataPath('schedule'), message },
      ],
    });
  }
}
