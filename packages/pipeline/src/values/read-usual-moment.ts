import { isRealDay, type Moment } from './moment.js';

const ZERO = 48;

/** The digits at an offset as a number; NaN if one is missing. */
function digitsAt(text: string, at: number, count: number): number {
  let value = 0;
  for (let index = at; index < at + count; index++) {
    const digit = text.charCodeAt(index) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

const isAt = (text: string, at: number, sign: string): boolean => text.charCodeAt(at) === sign.charCodeAt(0);

/** Minutes of `Z`, `+01:00`, `+0100`, `GMT` or `UTC` at the end of the text; NaN for anything else. */
function offsetAt(text: string, at: number): number {
  const rest = text.length - at;
  if (rest === 1) return isAt(text, at, 'Z') ? 0 : Number.NaN;
  if (rest === 3) return text.endsWith('GMT') || text.endsWith('UTC') ? 0 : Number.NaN;
  const hasColon = rest === 6 && isAt(text, at + 3, ':');
  if (rest !== 5 && !hasColon) return Number.NaN;
  const hours = digitsAt(text, at + 1, 2);
  const minutes = digitsAt(text, hasColon ? at + 4 : at + 3, 2);
  if (!(hours < 24 && minutes < 60)) return Number.NaN;
  if (isAt(text, at, '-')) return -(hours * 60 + minutes);
  return isAt(text, at, '+') ? hours * 60 + minutes : Number.NaN;
}

interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Reads `HH:mm:ss` at an offset, an optional fraction and an optional zone. */
function withTimeAt(text: string, at: number, { year, month, day }: Day): Moment | undefined {
  const hour = digitsAt(text, at, 2);
  const minute = digitsAt(text, at + 3, 2);
  const second = digitsAt(text, at + 6, 2);
  if (!(hour < 24 && minute < 60 && second < 60 && isRealDay(year, month, day))) return undefined;
  if (!isAt(text, at + 2, ':') || !isAt(text, at + 5, ':')) return undefined;
  let end = at + 8;
  let millisecond = 0;
  if (isAt(text, end, '.')) {
    millisecond = digitsAt(text, end + 1, 3);
    if (Number.isNaN(millisecond)) return undefined;
    end += 4;
  }
  if (end === text.length) return { year, month, day, time: { hour, minute, second, millisecond } };
  const offsetMinutes = offsetAt(text, isAt(text, end, ' ') ? end + 1 : end);
  if (Number.isNaN(offsetMinutes)) return undefined;
  return { year, month, day, time: { hour, minute, second, millisecond, offsetMinutes } };
}

const MONTHS: ReadonlyMap<string, number> = new Map(
  ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].map((name, index) => [
    name,
    index + 1,
  ]),
);

/**
 * Reads the two forms of date-times in nearly all feeds, `2025-01-06T10:00:00+01:00` and
 * `Mon, 06 Jan 2025 10:00:00 GMT`, without the cost of regular expressions. Undefined for any other text: `readMoment`
 * reads a superset and decides.
 */
export function readUsualMoment(text: string): Moment | undefined {
  if (isAt(text, 4, '-') && isAt(text, 7, '-') && (isAt(text, 10, 'T') || isAt(text, 10, ' '))) {
    const day = { year: digitsAt(text, 0, 4), month: digitsAt(text, 5, 2), day: digitsAt(text, 8, 2) };
    return withTimeAt(text, 11, day);
  }
  if (!isAt(text, 3, ',') || !isAt(text, 4, ' ')) return undefined;
  const length = isAt(text, 6, ' ') ? 1 : 2;
  const at = 5 + length;
  const month = MONTHS.get(text.slice(at + 1, at + 4));
  if (month === undefined || !isAt(text, at, ' ') || !isAt(text, at + 4, ' ') || !isAt(text, at + 9, ' '))
    return undefined;
  const day = { year: digitsAt(text, at + 5, 4), month, day: digitsAt(text, 5, length) };
  return withTimeAt(text, at + 10, day);
}
