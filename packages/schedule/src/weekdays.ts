import type { Weekday } from '@inlet/contracts';

/** From Monday. Written out here so that a browser that only shows schedules need not load the schemas. */
export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const satisfies readonly Weekday[];
