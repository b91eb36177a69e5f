import { escapeLiteral } from './compile-pattern.js';
import {
  type DateFault,
  isRealDay,
  type Moment,
  momentOfWallClock,
  type TimeOfDay,
  widenYear,
} from './moment.js';
import { monthOfName } from './month-names.js';
import { hourOfHalfDay, isRealTime, readFraction } from './read-time.js';
import type { TimeZone } from './time-zone.js';
import { readZoneOffset } from './zone-offset.js';

/** Returns undefined for a text in another format. */
export type DateFormat = (text: string, zone: TimeZone) => Moment | DateFault | undefined;

type Part =
  | 'year'
  | 'month'
  | 'day'
  | 'hour'
  | 'halfHour'
  | 'minute'
  | 'second'
  | 'fraction'
  | 'half'
  | 'offset'
  | 'weekday';

interface Piece {
  readonly part: Part | null;
  /** Source of the regular expression that matches it. */
  readonly take: string;
}

const NUMBER = '(\\d{1,2})';
const WORD = '([\\p{L}\\p{M}]{2,20}\\.?)';
const piece = (part: Part, take: string): Piece => ({ part, take });

/** The letters of Unicode's date patterns, as in Luxon and date-fns, and `YYYY`, `DD`, `A` of Moment. */
const TOKENS: Readonly<Record<string, Piece>> = {
  yyyy: piece('year', '(\\d{4})'),
  yy: piece('year', '(\\d{2})'),
  MMMM: piece('month', WORD),
  MMM: piece('month', WORD),
  MM: piece('month', NUMBER),
  M: piece('month', NUMBER),
  dd: piece('day', NUMBER),
  d: piece('day', NUMBER),
  EEEE: piece('weekday', WORD),
  EEE: piece('weekday', WORD),
  HH: piece('hour', NUMBER),
  H: piece('hour', NUMBER),
  hh: piece('halfHour', NUMBER),
  h: piece('halfHour', NUMBER),
  mm: piece('minute', NUMBER),
  m: piece('minute', NUMBER),
  ss: piece('second', NUMBER),
  s: piece('second', NUMBER),
  SSS: piece('fraction', '(\\d{1,9})'),
  a: piece('half', '([AaPp]\\.?[Mm]\\.?)'),
  Z: piece('offset', '([A-Za-z]{1,5}|(?:GMT|UTC)?[+-]\\d{1,2}(?::?\\d{2})?)'),
};
const OTHER_SPELLINGS: Readonly<Record<string, string>> = {
  YYYY: 'yyyy',
  YY: 'yy',
  DD: 'dd',
  D: 'd',
  A: 'a',
  dddd: 'EEEE',
  ddd: 'EEE',
  SS: 'SSS',
  S: 'SSS',
  ZZ: 'Z',
  ZZZ: 'Z',
  XXX: 'Z',
  XX: 'Z',
  X: 'Z',
  z: 'Z',
};

const LEXER = /'((?:[^']|'')*)'|([A-Za-z])\2*|\s+|[^A-Za-z\s']/gy;

function cut(format: string): Piece[] | string {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of format.matchAll(LEXER)) {
    at = match.index + match[0].length;
    const found = pieceOf(match[0], match[1], match[2] !== undefined);
    if (!found) return `"${match[0]}" is not a part of a date`;
    pieces.push(found);
  }
  if (at < format.length) return 'a quotation mark is not closed';
  return pieces;
}

function pieceOf(text: string, quoted: string | undefined, isToken: boolean): Piece | undefined {
  if (isToken && text !== 'T') return TOKENS[OTHER_SPELLINGS[text] ?? text];
  const literal = quoted === undefined ? text : quoted.replaceAll("''", "'") || "'";
  const take = literal.trim() === '' ? '\\s+' : escapeLiteral(literal);
  return { part: null, take };
}

/** Two-letter tokens match one or two digits (`5.1.2025`), but exactly two if another token follows directly. */
function source(pieces: readonly Piece[]): string {
  return pieces
    .map(({ take }, index) => (take === NUMBER && isBesideDigits(pieces, index) ? '(\\d{2})' : take))
    .join('');
}

const takesDigits = (piece: Piece | undefined): boolean =>
  piece?.part != null && piece.take.startsWith('(\\d');
const isBesideDigits = (pieces: readonly Piece[], index: number): boolean =>
  takesDigits(pieces[index - 1]) || takesDigits(pieces[index + 1]);

const asksTwice = (parts: readonly Part[]): Part | undefined =>
  parts.find((part, index) => parts.indexOf(part) !== index);

/** Describes the fault of a format; undefined for a valid one. */
export function dateFormatFault(format: string): string | undefined {
  if (SPECIAL_FORMATS.has(format)) return undefined;
  const pieces = cut(format);
  if (typeof pieces === 'string') return pieces;
  const parts = pieces.flatMap(({ part }) => part ?? []);
  const twice = asksTwice(parts);
  if (twice) return `it names the ${twice} twice`;
  const missing = (['year', 'month', 'day'] as const).find((part) => !parts.includes(part));
  if (missing) return `it has no ${missing}`;
  if (parts.includes('halfHour') !== parts.includes('half')) return '"h" and "a" belong together';
  return parts.includes('hour') && parts.includes('halfHour') ? 'it names the hour twice' : undefined;
}

/** Expects a format without a fault (see `dateFormatFault`). Takes linear time. */
export function compileDateFormat(format: string): DateFormat {
  const special = SPECIAL_FORMATS.get(format);
  if (special) return special;
  const pieces = cut(format);
  if (typeof pieces === 'string') throw new RangeError(`Date format "${format}": ${pieces}`);
  const parts = pieces.flatMap(({ part }) => part ?? []);
  const expression = new RegExp(`^${source(pieces)}$`, 'iu');
  return (text) => {
    const match = expression.exec(text);
    if (!match) return undefined;
    const found: Partial<Record<Part, string>> = {};
    parts.forEach((part, index) => {
      found[part] = match[index + 1] ?? '';
    });
    return assemble(found);
  };
}

type Found = Partial<Record<Part, string>>;

function assemble(found: Found): Moment | DateFault | undefined {
  const { year = '', month = '', day = '' } = found;
  const monthNumber = /^\d/.test(month) ? Number(month) : monthOfName(month);
  if (monthNumber === undefined) return undefined;
  const fullYear = year.length === 2 ? widenYear(Number(year)) : Number(year);
  if (!isRealDay(fullYear, monthNumber, Number(day))) return 'no_such_day';
  const moment = { year: fullYear, month: monthNumber, day: Number(day) };
  if (found.hour === undefined && found.halfHour === undefined) return moment;
  const time = assembleTime(found);
  return typeof time === 'string' ? time : { ...moment, time };
}

function assembleTime(found: Found): TimeOfDay | DateFault {
  const { halfHour, half = '' } = found;
  const hour = halfHour === undefined ? Number(found.hour) : hourOfHalfDay(Number(halfHour), half);
  const minute = Number(found.minute ?? 0);
  const second = Number(found.second ?? 0);
  if (hour === undefined || !isRealTime(hour, minute, second)) return 'no_such_time';
  const time = { hour, minute, second, millisecond: readFraction(found.fraction ?? '0') };
  if (found.offset === undefined) return time;
  const offsetMinutes = readZoneOffset(found.offset);
  return offsetMinutes === undefined ? 'unknown_zone' : { ...time, offsetMinutes };
}

const FIRST_MS = -62_135_596_800_000;
const LAST_MS = 253_402_300_799_999;
const LAST_SERIAL = 2_958_466;
/** Serial 0 of Excel's 1900 date system, counted from the days after its nonexistent 29 February 1900. */
const SERIAL_ZERO_MS = Date.UTC(1899, 11, 30);

const instant =
  (unitMs: number): DateFormat =>
  (text, zone) => {
    if (!/^-?\d{1,15}(?:\.\d{1,9})?$/.test(text)) return undefined;
    const ms = Math.round(Number(text) * unitMs);
    if (ms < FIRST_MS || ms > LAST_MS) return 'no_such_day';
    return zone.toMoment(ms);
  };

function readSerial(text: string): Moment | DateFault | undefined {
  if (!/^\d{1,7}(?:\.\d{1,15})?$/.test(text)) return undefined;
  const serial = Number(text);
  // 60 is 29 February 1900, which did not exist; smaller serials are off by one.
  if (serial < 1 || serial >= LAST_SERIAL || Math.floor(serial) === 60) return 'no_such_day';
  const days = serial < 60 ? serial + 1 : serial;
  const { time, ...day } = momentOfWallClock(SERIAL_ZERO_MS + Math.round(days * 86_400) * 1000);
  return Number.isInteger(serial) ? day : { ...day, time };
}

/** Named formats: seconds and milliseconds since 1970, and the serial dates of Excel (1900 system). */
const SPECIAL_FORMATS: ReadonlyMap<string, DateFormat> = new Map([
  ['epoch_s', instant(1000)],
  ['epoch_ms', instant(1)],
  ['excel', readSerial],
]);
