/**
 * Matches text that a spreadsheet would run as a formula (OWASP, "CSV Injection"): also in the small and full-width
 * forms, which some spreadsheets read as the plain signs.
 */
const FORMULA = /^[=+\-@\uFE62\uFE63\uFE66\uFE6B\uFF1D\uFF0B\uFF0D\uFF20]/;
/** Negative numbers, amounts and international phone numbers begin like formulas but are harmless. */
const PLAIN_NUMBER = /^[+-]?(?:\d[\d ().,/-]*|[.,]\d+)(?:[eE][+-]?\d+)?%?$/;
/**
 * A spreadsheet set to semicolons or tabs starts a new cell after each of them, and a new line after a line break:
 * it ignores the quotes of a cell that is not the first of its line.
 */
const OTHER_SEPARATORS = /([;\t\r\n]+)/;
/** Spreadsheets pass over these at the beginning of a cell. */
const PASSED_OVER = /^[ "']+/;
const LEADING_SEPARATOR = /^'*[\t\r\n]/;

function isFormula(part: string): boolean {
  const read = part.replace(PASSED_OVER, '');
  return FORMULA.test(read) && !PLAIN_NUMBER.test(read);
}

/**
 * Puts an apostrophe in front of text that a spreadsheet would run, which keeps it text. Numbers and phone numbers
 * stay unchanged, because an apostrophe would corrupt them and they are harmless.
 */
export function guardFormulas(text: string): string {
  const start = LEADING_SEPARATOR.test(text) ? "'" : '';
  const parts = text.split(OTHER_SEPARATORS).map((part) => (isFormula(part) ? `'${part}` : part));
  return start + parts.join('');
}

/** The text that `guardFormulas` was given. */
export function removeFormulaGuards(text: string): string {
  const rest = text.startsWith("'") && LEADING_SEPARATOR.test(text.slice(1)) ? text.slice(1) : text;
  return rest
    .split(OTHER_SEPARATORS)
    .map((part) => (part.startsWith("'") && isFormula(part.slice(1)) ? part.slice(1) : part))
    .join('');
}
