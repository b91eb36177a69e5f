import type { NumberKind } from './number-format.js';

const MS_PER_DAY = 86_400_000;
/** The day before 1 January 1900, which has the number 1. */
const EPOCH_1900 = Date.UTC(1899, 11, 31);
const EPOCH_1904 = Date.UTC(1904, 0, 1);
/** Excel counts 29 February 1900, which never was; later numbers are one too high. */
const LEAP_DAY = 60;
const LAST_DAY = 2_958_466;

const two = (number: number): string => String(number).padStart(2, '0');

/**
 * The text of a date or time that is stored as a number of days: `2026-11-30`, `2026-11-30T09:05:00`, `09:05:00`, and
 * `26:30:00` for a duration. It has no time zone, as in the spreadsheet. undefined for a number that is no date.
 */
export function writeSerial(
  serial: number,
  kind: Exclude<NumberKind, 'number'>,
  is1904: boolean,
): string | undefined {
  if (!(serial >= 0 && serial < LAST_DAY)) return undefined;
  // Times are stored as binary fractions of a day: a whole second needs rounding.
  const ms = Math.round(serial * MS_PER_DAY);
  if (kind === 'duration' || (kind === 'time' && ms < MS_PER_DAY)) return writeClock(ms);
  const days = Math.floor(ms / MS_PER_DAY);
  const time = ms - days * MS_PER_DAY;
  const date = writeDay(days, is1904);
  if (date === undefined) return undefined;
  return kind === 'date' && time === 0 ? date : `${date}T${writeClock(time)}`;
}

function writeDay(days: number, is1904: boolean): string | undefined {
  if (is1904) return isoDay(EPOCH_1904 + days * MS_PER_DAY);
  if (days === 0 || days === LEAP_DAY) return undefined;
  return isoDay(EPOCH_1900 + (days > LEAP_DAY ? days - 1 : days) * MS_PER_DAY);
}

const isoDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

function writeClock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const rest = ms % 1000;
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return rest === 0 ? clock : `${clock}.${String(rest).padStart(3, '0')}`;
}
