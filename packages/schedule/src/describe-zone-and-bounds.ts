import type { Schedule } from '@inlet/contracts';
import { DAY, MINUTE, modulo } from './civil.js';
import { formatMinute } from './clock.js';
import { keepMade } from './keep-made.js';
import { fill, type ScheduleTexts } from './locales/schedule-texts.js';
import { openZone, wallOf, type Zone } from './zone.js';

const UTC_NAMES = new Set(['UTC', 'GMT', 'Etc/UTC', 'Etc/GMT', 'Etc/UCT', 'UCT', 'Zulu', 'Etc/Zulu']);
const LAST_MINUTE = 1439;

/** Adds the zone, and the first and last day if there are any, to the description of a recurrence. */
export function describeZoneAndBounds(
  recurrence: string,
  { schedule, texts }: { schedule: Schedule; texts: ScheduleTexts },
): string {
  const zone = openZone(schedule.timeZone);
  let text = fill(isPlace(zone.name) ? texts.inCity : texts.inZone, {
    text: recurrence,
    city: cityOf(zone.name),
    zone: UTC_NAMES.has(zone.name) ? 'UTC' : zone.name,
  });
  if (schedule.startsAt !== undefined) {
    text = fill(texts.from, { text, date: momentText(schedule.startsAt, { zone, texts, silent: 0 }) });
  }
  if (schedule.endsAt !== undefined) {
    text = fill(texts.until, {
      text,
      date: momentText(schedule.endsAt, { zone, texts, silent: LAST_MINUTE }),
    });
  }
  return text;
}

/** Not for `Etc/GMT+5`, which is five hours *behind* UTC. */
const isPlace = (zone: string) => zone.includes('/') && !zone.startsWith('Etc/');

const cityOf = (zone: string) => zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ');

interface MomentTextOptions {
  readonly zone: Zone;
  readonly texts: ScheduleTexts;
  /** The minute of the day that is not mentioned. */
  readonly silent: number;
}

const dateFormat = keepMade((tag) => new Intl.DateTimeFormat(tag, { dateStyle: 'long', timeZone: 'UTC' }));

/** The date in the zone, and the time unless it is the expected one. */
function momentText(moment: string, { zone, texts, silent }: MomentTextOptions): string {
  const wall = wallOf(zone, Date.parse(moment));
  const date = dateFormat(texts.tag).format(wall);
  const minute = Math.floor(modulo(wall, DAY) / MINUTE);
  return minute === silent ? date : `${date} ${formatMinute(minute, texts.tag)}`;
}
