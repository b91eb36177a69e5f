import type { DateFault, TimeOfDay } from './moment.js';
import { readZoneOffset } from './zone-offset.js';

/**
 * Hours to fraction, then AM or PM, then the zone: a name, an offset, or an offset with the name after it (Go) or in
 * brackets.
 */
const TIME =
  /^(\d{1,2})(?::(\d{2})(?::(\d{1,2})(?:[.,](\d{1,9}))?)?)? ?([AaPp]\.?[Mm]\.?(?![A-Za-z]))? ?([A-Za-z]{1,5}|(?:GMT|UTC)?[+-]\d{1,2}(?::?\d{2})?(?: [A-Z]{3,5}\b)?)? ?(?:\([^()]*\)|m=[+-][\d.]+)?$/;
const BASIC_TIME = /^(\d{2})(\d{2})(\d{2})?(?:[.,](\d{1,9}))?$/;

/** `10.30`, `10h30`, `10 Uhr`, `10:30 Uhr` and `10時30分`, perhaps after a word such as `um`, `à` or `kl.`. */
const LOCAL_TIME =
  /^(?:(?:um|at|à|a las|às|alle(?: ore)?|ore|om|kl\.?|klo|godz\.?|lúc|в|о) )?(\d{1,2})(?:(?:[:.h]| ?[时時시] ?)(\d{2})(?:[:.](\d{2}))?|(?= ?(?:h|uhr|uur)$))(?: ?(?:h|uhr|uur|[分분]))?$/iu;

/** Milliseconds of the digits after the decimal sign, cut off after the third. */
export const readFraction = (digits: string): number => Number(digits.slice(0, 3).padEnd(3, '0'));

export const isRealTime = (hour: number, minute: number, second: number): boolean =>
  (hour < 24 && minute < 60 && second <= 60) || (hour === 24 && minute === 0 && second === 0);

/** Converts an hour from 12-hour to 24-hour time; undefined for an invalid hour. */
export function hourOfHalfDay(hour: number, half: string): number | undefined {
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (half.startsWith('p') || half.startsWith('P') ? 12 : 0);
}

/** Reads the time after a date: `10:00`, `10:00:05.123 PM`, `10:00 EST`, `10:00:00+01:00`, `101500Z`. */
export function readTime(text: string): TimeOfDay | DateFault {
  const match = TIME.exec(expandBasicTime(expandLocalTime(text)));
  if (!match) return 'not_a_date';
  const [, hours, minutes, seconds, fraction, half, zone] = match;
  // A lone number is an hour only with AM or PM.
  if (minutes === undefined && half === undefined) return 'not_a_date';
  const written = Number(hours);
  const hour = half === undefined ? written : hourOfHalfDay(written, half);
  const minute = Number(minutes ?? 0);
  const second = Number(seconds ?? 0);
  if (hour === undefined || !isRealTime(hour, minute, second)) return 'no_such_time';
  const time = { hour, minute, second, millisecond: fraction === undefined ? 0 : readFraction(fraction) };
  if (zone === undefined) return time;
  const offsetMinutes = readZoneOffset(zone.replace(/(?<=\d) [A-Z]+$/, ''));
  return offsetMinutes === undefined ? 'unknown_zone' : { ...time, offsetMinutes };
}

/** Converts the times of languages with other signs to `10:30`; keeps others. */
function expandLocalTime(text: string): string {
  const match = LOCAL_TIME.exec(text);
  if (!match) return text;
  const [, hour, minute = '00', second] = match;
  return `${hour}:${minute}${second === undefined ? '' : `:${second}`}`;
}

/** Converts ISO 8601 basic times, `101500` and `1015`, to the extended form; keeps others. */
function expandBasicTime(text: string): string {
  const zoneAt = text.search(/[Zz+-]/);
  const digits = zoneAt < 0 ? text : text.slice(0, zoneAt);
  const match = BASIC_TIME.exec(digits);
  if (!match) return text;
  const [, hour, minute, second = '00', fraction] = match;
  return `${hour}:${minute}:${second}${fraction === undefined ? '' : `.${fraction}`}${zoneAt < 0 ? '' : text.slice(zoneAt)}`;
}
