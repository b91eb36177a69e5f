import type { FieldKind } from '../wizard/kind-of-field.js';
import type { Formats } from './create-formats.js';
import { textOfHtml } from './text-of-html.js';

export interface ShowOptions {
  readonly kind: FieldKind;
  readonly formats: Formats;
  readonly timeZone: string;
}

export interface ShownValue {
  readonly text: string;
  /** The value in the source, if it differs from `text`. */
  readonly full?: string;
}

const MOST_CHARACTERS = 160;
const NUMBER = /^-?(0|[1-9]\d{0,14})(\.\d{1,15})?$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,]\d+)? ?(Z|[+-]\d{2}:?\d{2})?$/i;
/** RFC 5322, with a zone that `Date` can parse. */
const MAIL_MOMENT =
  /^([A-Z][a-z]{2}, ?)?\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}(:\d{2})? (GMT|UT|UTC|Z|E[SD]T|C[SD]T|M[SD]T|P[SD]T|[+-]\d{4})$/;

/**
 * Formats a value of the source for reading: dates in the person's language and zone, numbers with separators, prose
 * without markup and shortened. All other values, ids above all, stay unchanged.
 */
export function showValue(value: string, { kind, formats, timeZone }: ShowOptions): ShownValue {
  const text = readable(value.trim(), { kind, formats, timeZone });
  return text === value ? { text } : { text, full: value };
}

function readable(text: string, options: ShowOptions): string {
  const { kind, formats } = options;
  if (kind === 'date') return asDate(text, options) ?? text;
  if (kind === 'number') return NUMBER.test(text) ? formats.decimal(text) : text;
  return kind === 'title' || kind === 'text' ? clipped(asProse(text)) : clipped(text);
}

/** Returns null if the moment is ambiguous, as in 03/04/2026. */
function asDate(text: string, { formats, timeZone }: ShowOptions): string | null {
  if (DAY.test(text)) return isMoment(text) ? formats.date(text) : null;
  const [, day, time, zone] = MOMENT.exec(text) ?? [];
  const moment = day && time ? `${day}T${time}${zone ? withColon(zone) : 'Z'}` : text;
  if (!(day || MAIL_MOMENT.test(text)) || !isMoment(moment)) return null;
  // A time without a zone is shown unconverted.
  return formats.shortDateTime(new Date(moment).toISOString(), day && !zone ? 'UTC' : timeZone);
}

const isMoment = (text: string): boolean => Number.isFinite(Date.parse(text));

/** `Date` requires `+01:00` for `+0100`. */
const withColon = (zone: string): string => zone.toUpperCase().replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');

/** The text of a value that may contain HTML; the value itself if that has no text. */
function asProse(value: string): string {
  const text = /[<&]/.test(value) ? textOfHtml(value) : value.replace(/\s+/g, ' ');
  return text === '' ? value : text;
}

/** Shortens a text without splitting a surrogate pair. */
function clipped(text: string): string {
  const characters = [...text.slice(0, 2 * MOST_CHARACTERS + 2)];
  return characters.length > MOST_CHARACTERS ? `${characters.slice(0, MOST_CHARACTERS).join('')}…` : text;
}
