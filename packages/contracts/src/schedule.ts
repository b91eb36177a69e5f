import { z } from 'zod';
import { momentSchema } from './primitives.js';

/** Local time in the schedule's zone, `HH:mm`. */
const timeSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 09:00');
const every = (max: number) => z.int().min(1).max(max).default(1);
const MINUTE = z.int().min(0).max(59);

export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;
export const weekdaySchema = z.enum(WEEKDAYS);
export type Weekday = z.infer<typeof weekdaySchema>;

/** A day of the month: by number, the last day, the nth or last weekday of a name, or the last working day (Monday to Friday). */
export const monthDaySchema = z.discriminatedUnion('kind', [
  /** Skips months without this day, as in RFC 5545. */
  z.strictObject({ kind: z.literal('day'), day: z.int().min(1).max(31) }),
  z.strictObject({ kind: z.literal('last_day') }),
  z.strictObject({
    kind: z.literal('weekday'),
    nth: z.enum(['first', 'second', 'third', 'fourth', 'last']),
    weekday: weekdaySchema,
  }),
  z.strictObject({ kind: z.literal('last_working_day') }),
]);
export type MonthDay = z.infer<typeof monthDaySchema>;

const bounds = {
  /** Name of an IANA time zone. */
  timeZone: z.string().min(1).max(60).default('UTC'),
  /** Earliest time of a run, and the start from which "every N" counts. Default: the time when the job was created. */
  startsAt: momentSchema.optional(),
  /** Latest time of a run. */
  endsAt: momentSchema.optional(),
};

export const scheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('minutes'), every: every(1440), ...bounds }),
  /** Every N hours at a minute, counted from the start. With `hours`: at these hours of each day. */
  z.strictObject({
    kind: z.literal('hours'),
    every: every(168),
    minute: MINUTE.default(0),
    hours: z.array(z.int().min(0).max(23)).min(1).max(24).optional(),
    ...bounds,
  }),
  z.strictObject({
    kind: z.literal('days'),
    every: every(366),
    onlyWeekdays: z.boolean().default(false),
    time: timeSchema,
    ...bounds,
  }),
  z.strictObject({
    kind: z.literal('weeks'),
    every: every(52),
    weekdays: z.array(weekdaySchema).min(1).max(7),
    time: timeSchema,
    ...bounds,
  }),
  z.strictObject({
    kind: z.literal('months'),
    every: every(120),
    on: monthDaySchema,
    time: timeSchema,
    ...bounds,
  }),
  z.strictObject({
    kind: z.literal('years'),
    every: every(100),
    month: z.int().min(1).max(12),
    on: monthDaySchema,
    time: timeSchema,
    ...bounds,
  }),
  /** Five fields: minute, hour, day of month, month, day of week. `L`, `LW`, `15W`, `5#2`, `5L` and `@daily` are supported. */
  z.strictObject({ kind: z.literal('cron'), expression: z.string().trim().min(1).max(200), ...bounds }),
]);
export type Schedule = z.infer<typeof scheduleSchema>;
export type ScheduleInput = z.input<typeof scheduleSchema>;

export const schedulePreviewSchema = z.strictObject({
  /** The schedule in words, with its time zone. */
  text: z.string(),
  /** An equivalent five-field cron expression in the schedule's time zone; null if none is exactly equivalent. */
  cron: z.string().nullable(),
  timeZone: z.string(),
  next: z.array(
    z.strictObject({
      at: z.string(),
      /** The same moment as local time of the time zone, with its offset. */
      local: z.string(),
    }),
  ),
});
export type SchedulePreview = z.infer<typeof schedulePreviewSchema>;
