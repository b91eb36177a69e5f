import type { Weekday } from '@inlet/contracts';

/** From Monday. Repeated here so that browsers that show schedules do not load the schemas. */
export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const satisfies readonly Weekday[];
