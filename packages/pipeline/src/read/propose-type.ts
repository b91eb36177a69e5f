import type { ColumnType } from '@inlet/contracts';

const INTEGER = /^-?(0|[1-9]\d{0,14})$/;
const NUMBER = /^-?(0|[1-9]\d{0,14})([.,]\d{1,15})?$/;
const BOOLEAN = /^(true|false|yes|no)$/i;
const EMAIL = /^[^\s@<>"]{1,64}@[^\s@<>"]{1,190}\.[^\s@<>".]{2,63}$/;
const URL_LIKE = /^https?:\/\/[^\s<>"]+$/i;
const IMAGE_URL = /^https?:\/\/[^\s<>"]+\.(jpe?g|png|gif|webp|avif|svg|bmp|tiff?)([?#][^\s<>"]*)?$/i;
const PHONE = /^\+\d[\d ()./-]{5,20}\d$/;
const DATE = /^(\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./](\d{2}|\d{4}))$/;
const ISO_TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?( ?(Z|[+-]\d{2}:?\d{2}))?$/i;
const MAIL_TIME =
  /^([A-Z][a-z]{2,8}, ?)?\d{1,2} [A-Z][a-z]{2,8} \d{2,4} \d{1,2}:\d{2}(:\d{2})?( ([A-Z]{1,5}|[+-]\d{4}))?$/i;

/** Narrowest first: the first type that all values have is the proposed one. */
const TESTS: readonly (readonly [ColumnType, (text: string) => boolean])[] = [
  ['boolean', (text) => BOOLEAN.test(text)],
  ['integer', (text) => INTEGER.test(text)],
  ['number', (text) => NUMBER.test(text)],
  ['date', (text) => DATE.test(text)],
  ['date_time', (text) => DATE.test(text) || ISO_TIME.test(text) || MAIL_TIME.test(text)],
  ['email', (text) => EMAIL.test(text)],
  ['image_url', (text) => IMAGE_URL.test(text)],
  ['url', (text) => URL_LIKE.test(text)],
  ['phone', (text) => PHONE.test(text)],
];

/** The most values tested, and the longest value that can have a type other than text. */
const MOST_VALUES = 200;
const LONGEST = 2048;

/**
 * Proposes a column type from values. Digits with leading zeros, and more digits than a number can hold, stay text,
 * because they are codes.
 */
export class TypeProposal {
  private candidates = TESTS;
  private seen = 0;

  add(text: string): void {
    if (this.seen >= MOST_VALUES || this.candidates.length === 0) return;
    this.seen += 1;
    this.candidates = text.length > LONGEST ? [] : this.candidates.filter(([, isOfType]) => isOfType(text));
  }

  get type(): ColumnType {
    return this.seen === 0 ? 'text' : (this.candidates[0]?.[0] ?? 'text');
  }
}
