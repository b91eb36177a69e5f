import {
  type DateFault,
  isRealDay,
  type Moment,
  momentOfWallClock,
  type TimeOfDay,
  wallClockMs,
  widenYear,
} from './moment.js';
import { monthOfName } from './month-names.js';
import { readTime } from './read-time.js';
import { isTimeZone, openTimeZone } from './time-zone.js';

const MOST_CHARACTERS = 80;

/** The last group is the zone of an xs:date. */
const YEAR_FIRST = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})\.?(?:(?:[Tt]| |, )(.+)|([Zz]|[+-]\d{2}:\d{2}))?$/;
const BASIC = /^(\d{4})(\d{2})(\d{2})(?:[Tt ](.+))?$/;
const YEAR_LAST = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?:(?:[Tt]|,? (?:- )?)(.+))?$/;

const WEEKDAY = /^[\p{L}\p{M}-]{2,20}\.?(?:, ?| )(?=.*\d)/u;
/**
 * `6 Nov 1994`, `06-Nov-94`, `6. November 1994`, `6th of November 1994`, `6 de enero de 2025`, `6 d’octubre de 2025`,
 * `6 января 2025 г.`, `6 Ocak 2025 Pazartesi`, then a time.
 */
const DAY_FIRST =
  /^(\d{1,2})(?:\.|st|nd|rd|th|er|º)?[ -]?(?:de |d['’]|of )?([\p{L}\p{M}]{3,20}\.?),?[ -](?:de |del )?(\d{2,4})(?: (?:г\.?|года|р\.|року|pazartesi|salı|çarşamba|perşembe|cuma|cumartesi|pazar)(?![\p{L}]))?(?:,? (?:- |at )?(.+))?$/iu;
/** `November 6, 1994`, `Nov 6th 1994`, then a time; `November 6, 1994 - 10:00am` of Drupal. */
const MONTH_FIRST = /^([\p{L}\p{M}]{3,20}\.?) (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?:,? (?:- |at )?(.+))?$/iu;
/** `2025. október 6.`, `2025 Jan 6`, then a time. */
const YEAR_THEN_NAME = /^(\d{4})[.,]? ([\p{L}\p{M}]{3,20}\.?),? (\d{1,2})\.?(?:,? (.+))?$/u;
/** `Nov 6 08:49:37 1994`, and `Nov 6 08:49:37 EST 1994` of the date command and of Java. */
const ASCTIME =
  /^([\p{L}\p{M}]{3,20}) (\d{1,2}) (\d{1,2}:[\d:]+(?: (?:[A-Za-z]{1,5}|(?:GMT|UTC)?[+-]\d{2}:?\d{2}))?) (\d{4})$/u;
/** `2025年1月6日`, `2025년 1월 6일`, then a time. */
const EAST_ASIAN = /^(\d{4}) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일](?: ?\p{L}*)? ?(\d.*)?$/u;
/** `6 tháng 1, 2025`, `ngày 6 tháng 1 năm 2025`, then a time. */
const VIETNAMESE = /^(?:ngày )?(\d{1,2}) tháng (\d{1,2}),?(?: năm)? (\d{4})(?:,? (?:- )?(.+))?$/iu;
const VIETNAMESE_WEEKDAY = /^(?:thứ [\p{L}\d]+|chủ nhật),? (?=.*\d)/iu;
/** `/Date(1736159400000)/` of .NET: milliseconds since 1970. An offset after them does not change the instant. */
const DOT_NET = /^\/Date\((-?\d{1,14})(?:[+-]\d{4})?\)\/$/;
/** Digits of Arabic, Persian and full width, whose last four bits are their value. */
const OTHER_DIGITS = /[\u0660-\u0669\u06f0-\u06f9\uff10-\uff19]/g;
const EAST_ASIAN_WEEKDAY = / ?[(（][月火水木金土日월화수목금토일][)）] ?/u;
const THAI = /[\u0e00-\u0e7f]/;
/** The Thai calendar counts from 543 BC. No date of ours is so late. */
const LEAST_THAI_YEAR = 2400;
const THAI_YEARS = 543;
/** A name of the IANA database after the time, in brackets in Java. */
const ZONE_NAME = / ?\[?([A-Z][A-Za-z]+(?:\/[A-Z][A-Za-z_-]+){1,2})\]?$/;

export interface ReadMomentOptions {
  /** Whether to read dates such as `13/04/2025` if only one order is a real day. */
  readonly guessOrder: boolean;
}

/**
 * Reads dates that need no format: ISO 8601 (RFC 3339 and the basic form), RFC 822/2822 as in feeds, RFC 850, asctime,
 * the forms of Go, Java, .NET and Drupal, days with the month in words of any language that ICU knows. Ignores the name
 * of the weekday, which is often wrong in feeds. `03/04/2025` is ambiguous; dots always mean day, month, year.
 */
export function readMoment(text: string, options: ReadMomentOptions): Moment | DateFault {
  if (text.length > MOST_CHARACTERS) return 'not_a_date';
  const tidy = tidyText(text);
  const [, milliseconds] = DOT_NET.exec(tidy) ?? [];
  if (milliseconds !== undefined) return readInstant(Number(milliseconds));
  const numeric = YEAR_FIRST.exec(tidy);
  if (numeric) return joinYearFirst(numeric);
  const basic = BASIC.exec(tidy);
  if (basic) return join(basic[1], basic[2], basic[3], basic[4]);
  const asian = EAST_ASIAN.exec(tidy);
  if (asian) return join(asian[1], asian[2], asian[3], asian[4]);
  const vietnamese = VIETNAMESE.exec(tidy);
  if (vietnamese) return join(vietnamese[3], vietnamese[2], vietnamese[1], vietnamese[4]);
  const yearLast = YEAR_LAST.exec(tidy);
  if (yearLast) return options.guessOrder ? readYearLast(yearLast) : 'not_a_date';
  return readWords(tidy, options);
}

function readInstant(ms: number): Moment | DateFault {
  const { time, ...day } = momentOfWallClock(ms);
  return isRealDay(day.year, day.month, day.day)
    ? { ...day, time: { ...time, offsetMinutes: 0 } }
    : 'no_such_day';
}

const tidyText = (text: string): string =>
  text
    .replace(OTHER_DIGITS, (digit) => String(digit.charCodeAt(0) & 15))
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/(\d) T (?=\d)/, '$1T')
    .replace(EAST_ASIAN_WEEKDAY, ' ')
    .trimEnd()
    .replace(VIETNAMESE_WEEKDAY, '')
    .replace(/^(\d{1,4})\. (\d{1,2})\. (?=\d)/, '$1.$2.');

function readWords(text: string, { guessOrder }: ReadMomentOptions): Moment | DateFault {
  const plain = monthOfName(/^[\p{L}\p{M}]+/u.exec(text)?.[0] ?? '') ? text : text.replace(WEEKDAY, '');
  const dayFirst = DAY_FIRST.exec(plain);
  if (dayFirst) return join(yearText(dayFirst), monthText(dayFirst[2]), dayFirst[1], dayFirst[4]);
  const monthFirst = MONTH_FIRST.exec(plain);
  if (monthFirst) return join(monthFirst[3], monthText(monthFirst[1]), monthFirst[2], monthFirst[4]);
  const yearFirst = YEAR_THEN_NAME.exec(plain);
  if (yearFirst) return join(yearFirst[1], monthText(yearFirst[2]), yearFirst[3], yearFirst[4]);
  const asctime = ASCTIME.exec(plain);
  if (asctime) return join(asctime[4], monthText(asctime[1]), asctime[2], asctime[3]);
  if (plain === text) return 'not_a_date';
  const numeric = YEAR_FIRST.exec(plain);
  if (numeric) return joinYearFirst(numeric);
  const yearLast = guessOrder ? YEAR_LAST.exec(plain) : null;
  return yearLast ? readYearLast(yearLast) : 'not_a_date';
}

function joinYearFirst([, year, , month, day, time, zone]: (string | undefined)[]): Moment | DateFault {
  return join(year, month, day, zone === undefined ? time : `00:00${zone}`);
}

const monthText = (name = ''): string | undefined => monthOfName(name)?.toString();

function yearText([, , month = '', year = '']: RegExpExecArray): string {
  const isThai = THAI.test(month) && Number(year) >= LEAST_THAI_YEAR;
  return isThai ? String(Number(year) - THAI_YEARS) : year;
}

/** RFC 2822, section 4.3: two digits by the pivot, three digits count from 1900. */
function readYear(text: string): number {
  if (text.length === 2) return widenYear(Number(text));
  return text.length === 3 ? 1900 + Number(text) : Number(text);
}

function join(year = '', month: string | undefined, day = '', time?: string): Moment | DateFault {
  if (month === undefined) return 'not_a_date';
  const moment = { year: readYear(year), month: Number(month), day: Number(day) };
  if (!isRealDay(moment.year, moment.month, moment.day)) return 'no_such_day';
  if (time === undefined) return moment;
  const [ending, zoneName] = ZONE_NAME.exec(time) ?? [];
  const clock = readTime(ending === undefined ? time : time.slice(0, -ending.length));
  if (typeof clock === 'string') return clock;
  const dated = { ...moment, time: clock };
  return zoneName === undefined || clock.offsetMinutes !== undefined ? dated : inZone(dated, zoneName);
}

/** Adds the offset of a named zone to a moment. */
function inZone(moment: Moment & { readonly time: TimeOfDay }, zoneName: string): Moment | DateFault {
  if (!isTimeZone(zoneName)) return 'unknown_zone';
  const instantMs = openTimeZone(zoneName).toInstant(moment);
  const offsetMinutes = Math.round((wallClockMs(moment) - instantMs) / 60_000);
  return { ...moment, time: { ...moment.time, offsetMinutes } };
}

/** All orders of day, month and year that make a real day. */
function readYearLast([, first = '', sign, second = '', third = '', time]: string[]): Moment | DateFault {
  const orders = [[third, second, first]];
  if (sign !== '.') orders.push([third, first, second]);
  if (third.length === 2) orders.push([first.padStart(2, '0'), second, third]);
  const moments = new Map<string, Moment>();
  let fault: DateFault = 'no_such_day';
  for (const [year, month, day] of orders) {
    const moment = join(year, month, day, time);
    if (typeof moment === 'object') moments.set(`${moment.year}-${moment.month}-${moment.day}`, moment);
    else if (moment !== 'no_such_day') fault = moment;
  }
  if (moments.size > 1) return 'ambiguous';
  const [only] = moments.values();
  return only ?? fault;
}
