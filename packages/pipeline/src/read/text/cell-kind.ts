export type CellKind = 'empty' | 'number' | 'date' | 'email' | 'url' | 'boolean' | 'text';

const LONGEST = 300;
const NUMBER = /^[-+]?[€$£]?\s?\d[\d.,'\u00a0\u202f ]*\s?[%€$£]?$/;
const DATE =
  /^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2}))([T ]\d{1,2}:\d{2}\S{0,20}( ?[AP]M)?)?$/i;
const TIME = /^\d{1,2}:\d{2}(:\d{2})?$/;
const EMAIL = /^[^\s@<>",;]+@[^\s@<>",;]+\.[^\s@<>",;]+$/;
const URL_LIKE = /^(https?:\/\/|www\.)[^\s<>"]+$/i;
const BOOLEAN = /^(true|false|yes|no|y|n)$/i;

/** What a cell looks like, in the judgement of how a CSV file is written. Looser than any column type. */
export function cellKind(cell: string): CellKind {
  const text = cell.trim();
  if (text === '') return 'empty';
  if (text.length > LONGEST) return 'text';
  if (DATE.test(text) || TIME.test(text)) return 'date';
  if (NUMBER.test(text)) return 'number';
  if (EMAIL.test(text)) return 'email';
  if (URL_LIKE.test(text)) return 'url';
  return BOOLEAN.test(text) ? 'boolean' : 'text';
}
