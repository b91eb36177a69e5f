import type { FieldKind } from '../wizard/kind-of-field.js';
import type { Formats } from './create-formats.js';

export interface ShownValue {
  readonly text: string;
  /** As the source has it, where that is another text. */
  readonly full?: string;
}

const MOST_CHARACTERS = 160;
const NUMBER = /^-?(0|[1-9]\d{0,14})(\.\d{1,15})?$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,]\d+)? ?(Z|[+-]\d{2}:?\d{2})?$/i;
/** RFC 5322, with a zone that `Date` knows. */
const MAIL_MOMENT =
  /^([A-Z][a-z]{2}, ?)?\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}(:\d{2})? (GMT|UT|UTC|Z|E[SD]T|C[SD]T|M[SD]T|P[SD]T|[+-]\d{4})$/;
const TAG = /<\/?[a-z!][^<>]*>/gi;
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/**
 * A value of the source as a person reads it: dates in their language and zone, true numbers with separators, prose
 * without markup and of a bearable length. All else, ids above all, stays exactly what it is.
 */
export function showValue(
  value: string,
  { kind, formats, timeZone }: { kind: FieldKind; formats: Formats; timeZone: string },
): ShownValue {
  const text = readable(value.trim(), { kind, formats, timeZone });
  return text === value ? { text } : { text, full: value };
}

function readable(text: string, how: { kind: FieldKind; formats: Formats; timeZone: string }): string {
  const { kind, formats } = how;
  if (kind === 'date') return asDate(text, how) ?? text;
  if (kind === 'number') return NUMBER.test(text) ? formats.decimal(text) : text;
  return kind === 'title' || kind === 'text' ? clipped(asProse(text)) : clipped(text);
}

/** Null where it is not certain which moment is meant, as in 03/04/2026. */
function asDate(text: string, { formats, timeZone }: { formats: Formats; timeZone: string }): string | null {
  if (DAY.test(text)) return isMoment(text) ? formats.date(text) : null;
  const [, day, time, zone] = MOMENT.exec(text) ?? [];
  const moment = day && time ? `${day}T${time}${zone ? withColon(zone) : 'Z'}` : text;
  if (!(day || MAIL_MOMENT.test(text)) || !isMoment(moment)) return null;
  // Without a zone it is a time on some wall, and stays that.
  return formats.shortDateTime(new Date(moment).toISOString(), day && !zone ? 'UTC' : timeZone);
}

const isMoment = (text: string): boolean => Number.isFinite(Date.parse(text));

/** `+0100` is `+01:00` to `Date`. */
const withColon = (zone: string): string => zone.toUpperCase().replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');

const asProse = (text: string): string =>
  text
    .replace(TAG, ' ')
    .replace(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole)
    .replace(/&#(\d{1,6});/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/\s+/g, ' ')
    .trim() || text;

/** At a whole character. */
function clipped(text: string): string {
  const characters = [...text.slice(0, 2 * MOST_CHARACTERS + 2)];
  return characters.length > MOST_CHARACTERS ? `${characters.slice(0, MOST_CHARACTERS).join('')}…` : text;
}
