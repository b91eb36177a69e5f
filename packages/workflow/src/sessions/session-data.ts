import {
  InletError,
  mappingOfData,
  type Session,
  type WidgetDataRequest,
  type WidgetGiven,
} from '@inlet/contracts';
import { checkMapping } from '@inlet/pipeline';
import { checkSchedule } from '@inlet/schedule';
import type { World } from '../ports/world.js';
import { findSessionTemplate } from './session-template.js';

/**
 * What the host's page knows already of a new import, by the rules of a job: columns that the session's template
 * has, a schedule that it allows. Columns may be missing, as the person chooses them. Nothing is stored or read.
 *
 * @throws InletError as for a job, with paths in `data`
 */
export async function checkSessionData(
  world: World,
  { session, request: { data } }: { session: Session; request: WidgetDataRequest },
): Promise<WidgetGiven> {
  const { columns, minIntervalMinutes } = await findSessionTemplate(world, { session });
  const mapping = mappingOfData(data);
  const { url = null, name = null, schedule = null } = data;
  inData(() => {
    checkMapping(
      mapping,
      columns.map((column) => ({ ...column, required: false })),
    );
  });
  if (schedule) inData(() => checkSchedule(schedule, { now: world.now(), minIntervalMinutes }));
  return { url, name, schedule, mapping };
}

function inData(check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof InletError)) throw error;
    const { code, message, detail, errors, extra } = error;
    throw new InletError(code, {
      extra,
      cause: error,
      ...(detail !== undefined && { detail }),
      errors: errors?.map((each) => ({ ...each, path: `data.${each.path}` })) ?? [
        { path: 'data.schedule', message },
      ],
    });
  }
}
