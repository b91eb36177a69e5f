import { type Moment, momentOfWallClock, type TimeOfDay, wallClockMs } from './moment.js';

const pad = (value: number): string => (value < 10 ? `0${value}` : String(value));

/** `YYYY-MM-DD`: the day as written, in any zone. */
export const writeDay = ({ year, month, day }: Moment): string =>
  `${year > 999 ? year : String(year).padStart(4, '0')}-${pad(month)}-${pad(day)}`;

function writeTime({ hour, minute, second, millisecond }: TimeOfDay): string {
  const ms = millisecond < 100 ? `0${pad(millisecond)}` : millisecond;
  return `${pad(hour)}:${pad(minute)}:${pad(second)}.${ms}`;
}

/** ISO 8601 in UTC with milliseconds, as `Date.toISOString` writes it; undefined outside the years 1 to 9999. */
export function writeInstant(instantMs: number): string | undefined {
  const moment = momentOfWallClock(instantMs);
  if (moment.year < 1 || moment.year > 9999) return undefined;
  return `${writeDay(moment)}T${writeTime(moment.time)}Z`;
}

function writeOffset(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}

/** ISO 8601 with the offset as written, if any; the day alone without a time. */
export function writeMoment(moment: Moment): string {
  if (!moment.time) return writeDay(moment);
  const { offsetMinutes } = moment.time;
  const wallMs = wallClockMs(moment);
  // Local mean time (before about 1900) is off by seconds, which ISO 8601 cannot write.
  if (offsetMinutes !== undefined && !Number.isInteger(offsetMinutes))
    return new Date(wallMs - offsetMinutes * 60_000).toISOString();
  // Hour 24 and second 60 become the next day and the next minute.
  const normal = momentOfWallClock(wallMs);
  const wallClock = `${writeDay(normal)}T${writeTime(normal.time)}`;
  return offsetMinutes === undefined ? wallClock : wallClock + writeOffset(offsetMinutes);
}
