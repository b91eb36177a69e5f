import {
  type Format,
  type IncompleteRead,
  isMissingBytes,
  type NextPageField,
  type SourceWarning,
} from '@inlet/contracts';

/** Facts about a source. A live object: it fills while the batches are iterated and is final after the last one. */
export interface ReadFacts {
  /** Until the first bytes arrive: the requested format, else `xml`. */
  format: Format;
  /** WHATWG name in lower case, such as `utf-8`. */
  encoding: string;
  /** Bytes of the source before decoding. */
  bytes: number;
  /** Records handed out so far. */
  records: number;
  warnings: SourceWarning[];
  /** Set if the source was not read to its proper end: records that are missing from it may still exist. */
  incomplete: IncompleteRead | null;
  /** CSV only, after its last row: whether the file ends with a line end. */
  endsWithLineEnd: boolean | null;
  /** The next page as the content names it: an address, perhaps relative, or the value at `nextPagePath`. */
  nextPage: string | null;
  /** JSON without `nextPagePath` only: a field by which APIs usually lead to the next page, if it is filled. */
  nextPageField: NextPageField | null;
}

export const createReadFacts = (format: Format | undefined): ReadFacts => ({
  format: format ?? 'xml',
  encoding: 'utf-8',
  bytes: 0,
  records: 0,
  warnings: [],
  incomplete: null,
  endsWithLineEnd: null,
  nextPage: null,
  nextPageField: null,
});

/**
 * Adds a warning unless one with its code exists already: people look at the first place, and a source with a
 * million faults must not become a million warnings.
 */
export function warnOnce(warnings: SourceWarning[], warning: SourceWarning): void {
  if (!warnings.some(({ code }) => code === warning.code)) warnings.push(warning);
}

/** Warnings about the text of a source, which precede all others: where a block ends does not change the order. */
const TEXT_WARNINGS = ['encoding_errors', 'control_characters'];

/** Like `warnOnce`, for one of `TEXT_WARNINGS`. */
export function warnOfText(warnings: SourceWarning[], warning: SourceWarning): void {
  if (warnings.some(({ code }) => code === warning.code)) return;
  const earlier = TEXT_WARNINGS.slice(0, TEXT_WARNINGS.indexOf(warning.code));
  const at = warnings.findIndex(({ code }) => !earlier.includes(code));
  warnings.splice(at < 0 ? warnings.length : at, 0, warning);
}

/** Its id may be that of a known item, so nothing may be reported as removed. */
export function noteTooLarge(facts: Pick<ReadFacts, 'incomplete'>): void {
  markIncomplete(facts, { reason: 'records_skipped', message: 'A record is too large and was skipped.' });
}

/** Keeps the first of the surest reasons. */
export function markIncomplete(facts: Pick<ReadFacts, 'incomplete'>, found: IncompleteRead): void {
  const { incomplete } = facts;
  if (incomplete === null || sureness(found) > sureness(incomplete)) facts.incomplete = found;
}

/** Missing bytes are surer than records that were left out on purpose, and surest if the text itself proves them. */
function sureness(found: IncompleteRead): number {
  if (!isMissingBytes(found)) return 0;
  return found.reason === 'line_end_missing' ? 1 : 2;
}
