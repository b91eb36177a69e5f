import { compileCronDays } from './cron-days.js';
import { CRON_FIELDS, parseCronField } from './parse-cron-field.js';
import type { WallPattern } from './wall-pattern.js';

/** Minute, hour, day of month, month and day of week. */
export type FiveFields = readonly [string, string, string, string, string];

/** Returns the fields if there are five, else null. */
export function asFiveFields(fields: readonly string[]): FiveFields | null {
  const [minute, hour, day, month, weekday, ...more] = fields;
  if (minute === undefined || hour === undefined || day === undefined) return null;
  if (month === undefined || weekday === undefined || more.length > 0) return null;
  return [minute, hour, day, month, weekday];
}

/** @throws InletError schedule_cron_invalid; `detail` names the faulty field */
export function parseFiveFields([minute, hour, day, month, weekday]: FiveFields): WallPattern {
  const minutes = ascending(parseCronField(minute, CRON_FIELDS.minute).values);
  const hours = ascending(parseCronField(hour, CRON_FIELDS.hour).values);
  const days = compileCronDays({
    day: parseCronField(day, CRON_FIELDS.day),
    months: parseCronField(month, CRON_FIELDS.month).values,
    weekday: parseCronField(weekday, CRON_FIELDS.weekday),
  });
  return { times: hours.flatMap((at) => minutes.map((past) => at * 60 + past)), ...days };
}

const ascending = (values: ReadonlySet<number>) => [...values].sort((a, b) => a - b);
