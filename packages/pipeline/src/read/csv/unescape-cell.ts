/** Spreadsheets write text that looks like a number as `="00123"`, so that they keep it as text. */
const FORMULA = /^="([^"]*)"$/;
const ESCAPED = /\\(["'\\])/g;

export interface CellEscapes {
  /** Character code of the quote. */
  readonly quote: number;
  readonly hasDoubled: boolean;
  readonly hasEscaped: boolean;
}

/** The text of a quoted cell, from its source between the quotes. */
export function unescapeCell(source: string, { quote, hasDoubled, hasEscaped }: CellEscapes): string {
  const mark = String.fromCharCode(quote);
  const unescaped = hasEscaped ? source.replace(ESCAPED, '$1') : source;
  if (!hasDoubled) return unescaped;
  const value = unescaped.replaceAll(mark + mark, mark);
  return FORMULA.exec(value)?.[1] ?? value;
}
