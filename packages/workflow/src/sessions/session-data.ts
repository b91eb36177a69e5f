import {
  InletError,
  type MappedColumn,
  mappingOfData,
  type Session,
  type WidgetDataRequest,
  type WidgetGiven,
} from '@inlet/contracts';
import { checkMapping } from '@inlet/pipeline';
import { checkSchedule } from '@inlet/schedule';
import type { Context } from '../ports/context.js';
import { findSessionTemplate } from './session-template.js';

/**
 * What the host's page knows already of a new import, by the rules of a job: columns that the session's template
 * has, a schedule that it allows. Columns may be missing, as the person chooses them. Nothing is stored or read.
 *
 * @throws InletError as for a job, with paths in `data`
 */
export async function checkSessionData(
  context: Context,
  { session, request: { data } }: { session: Session; request: WidgetDataRequest },
): Promise<WidgetGiven> {
  const { columns, minIntervalMinutes } = await findSessionTemplate(context, { session });
  const mapping = mappingOfData(data);
  const { url = null, name = null, schedule = null } = data;
  const placeOf = placesIn(data, mapping);
  const optional = columns.map((column) => ({ ...column, required: false }));
  inData(placeOf, () => checkMapping(mapping, optional));
  if (schedule) inData(placeOf, () => checkSchedule(schedule, { now: context.now(), minIntervalMinutes }));
  return { url, name, schedule, mapping };
}

type PlaceOf = (path: string) => string;

/** Where a fault is in what the host wrote: rules by column have no number. */
function placesIn({ mapping }: WidgetDataRequest['data'], columns: readonly MappedColumn[]): PlaceOf {
  if (Array.isArray(mapping)) return (path) => `data.${path}`;
  return (path) =>
    `data.${path.replace(/^mapping\.(\d+)(\.column$)?/, (_, index) => `mapping.${columns[Number(index)]?.column}`)}`;
}

function inData(placeOf: PlaceOf, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof InletError)) throw error;
    const { code, message, detail, errors, extra } = error;
    throw new InletError(code, {
      extra,
      cause: error,
      ...(detail !== undefined && { detail }),
      errors: errors?.map((each) => ({ ...each, path: placeOf(each.path) })) ?? [
        { path: placeOf('schedule'), message },
      ],
    });
  }
}
