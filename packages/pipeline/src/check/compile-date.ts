import type { Column } from '@inlet/contracts';
import { compileDateReader } from '../values/compile-date-reader.js';
import { type DateFault, isRealDay } from '../values/moment.js';
import { openTimeZone } from '../values/time-zone.js';
import { writeDay, writeInstant } from '../values/write-moment.js';
import { findAmbiguousZone } from '../values/zone-offset.js';
import type { MessageKey } from './messages.js';
import type { ReadValue, Refusal } from './refusal.js';

type DateSettings = Pick<Column, 'formats' | 'timeZone'>;

const KEY_OF_FAULT: Readonly<Record<DateFault, MessageKey>> = {
  not_a_date: 'not_a_date',
  no_such_day: 'not_a_date:no_such_day',
  no_such_time: 'not_a_date:no_such_time',
  unknown_zone: 'not_a_date:unknown_zone',
  ambiguous: 'date_ambiguous',
};

function refusals(example: string): Readonly<Record<DateFault, Refusal>> {
  const refusal = (fault: DateFault): Refusal => ({ refused: KEY_OF_FAULT[fault], fill: { example } });
  return {
    not_a_date: refusal('not_a_date'),
    no_such_day: refusal('no_such_day'),
    no_such_time: refusal('no_such_time'),
    unknown_zone: refusal('unknown_zone'),
    ambiguous: refusal('ambiguous'),
  };
}

/** Names the meanings of a time zone that has several. */
function refuse(fault: DateFault, text: string, known: Readonly<Record<DateFault, Refusal>>): Refusal {
  const zone = fault === 'unknown_zone' ? findAmbiguousZone(text) : undefined;
  return zone === undefined ? known[fault] : { refused: 'not_a_date:ambiguous_zone', fill: { ...zone } };
}

function settings({ formats = [], timeZone = 'UTC' }: DateSettings, example: string) {
  const zone = openTimeZone(timeZone);
  return { zone, read: compileDateReader({ formats, zone }), refusal: refusals(formats[0] ?? example) };
}

const twoDigits = (text: string, at: number): number => {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
};

/** Whether the text begins with a real day as `YYYY-MM-DD`. */
function beginsWithIsoDay(text: string): boolean {
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return false;
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  return isRealDay(year, twoDigits(text, 5), twoDigits(text, 8));
}

/** `THH:mm:ss` after an ISO day. The full reader handles hour 24 and leap seconds. */
const hasIsoTime = (text: string): boolean =>
  text.charCodeAt(10) === 84 &&
  text.charCodeAt(13) === 58 &&
  text.charCodeAt(16) === 58 &&
  twoDigits(text, 11) < 24 &&
  twoDigits(text, 14) < 60 &&
  twoDigits(text, 17) < 60;

/** To `YYYY-MM-DD`: the day as written, whatever the zone of a date-time. */
export function compileDate(column: DateSettings): ReadValue {
  const { read, refusal } = settings(column, '2025-01-31');
  const hasFormats = (column.formats?.length ?? 0) > 0;
  return (text) => {
    if (text.length === 10 && !hasFormats && beginsWithIsoDay(text)) return text;
    const moment = read(text);
    return typeof moment === 'string' ? refuse(moment, text, refusal) : writeDay(moment);
  };
}

/**
 * To ISO 8601 in UTC with milliseconds. A text without an offset is in the column's zone (default UTC): a skipped local
 * time moves forward by the gap, a repeated one means the first; a day alone means its midnight.
 */
export function compileDateTime(column: DateSettings): ReadValue {
  const { zone, read, refusal } = settings(column, '2025-01-31T10:00:00Z');
  const hasFormats = (column.formats?.length ?? 0) > 0;
  return (text) => {
    if (text.length === 20 && text.charCodeAt(19) === 90 && !hasFormats)
      if (beginsWithIsoDay(text) && hasIsoTime(text)) return `${text.slice(0, 19)}.000Z`;
    const moment = read(text);
    if (typeof moment === 'string') return refuse(moment, text, refusal);
    // Years outside 1 to 9999 would no longer compare as text.
    return writeInstant(zone.toInstant(moment)) ?? refusal.no_such_day;
  };
}
