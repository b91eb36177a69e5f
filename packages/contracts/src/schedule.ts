import { z } from 'zod';
import { momentSchema } from './primitives.js';

/** `HH:mm` on the wall clock of the schedule's zone. */
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

/** Which day of a month: a number, the last, the nth (or last) of a weekday, or the last working day (Monday to Friday). */
export const monthDaySchema = z.discriminatedUnion('kind', [
  /** Months without this day are left out, as RFC 5545 says. */
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
  /** IANA name. */
  timeZone: z.string().min(1).max(60).default('UTC'),
  /** First moment at which it may run, and the anchor of "every N"; default: when the job was created. */
  startsAt: momentSchema.optional(),
  /** Last moment at which it may run. */
  endsAt: momentSchema.optional(),
};

export const scheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('minutes'), every: every(1440), ...bounds }),
  /** Every N hours at a minute, counted from the start; or at chosen hours of each day. */
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
  /** Five fields: minute, hour, day of month, month, day of week; `L`, `LW`, `15W`, `5#2`, `5L` and `@daily` are known. */
  z.strictObject({ kind: z.literal('cron'), expression: z.string().trim().min(1).max(200), ...bounds }),
]);
export type Schedule = z.infer<typeof scheduleSchema>;
export type ScheduleInput = z.input<typeof scheduleSchema>;

export const schedulePreviewSchema = z.strictObject({
  /** In words, with the zone. */
  text: z.string(),
  /** The same as a five-field cron expression, where there is an exact one; in the schedule's zone. */
  cron: z.string().nullable(),
  timeZone: z.string(),
  next: z.array(
    z.strictObject({
      at: z.string(),
      /** The same on the wall clock of the zone, with its offset. */
      local: z.string(),
    }),
  ),
});
export type SchedulePreview = z.infer<typeof schedulePreviewSchema>;
