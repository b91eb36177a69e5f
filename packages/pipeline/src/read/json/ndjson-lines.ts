import { FieldTrie } from './field-trie.js';
import {
  createCheckpoint,
  type JsonCursor,
  JsonFault,
  OPEN_BRACE,
  OPEN_BRACKET,
  Unfinished,
} from './json-cursor.js';
import { JsonRecord } from './json-record.js';

const LF = 10;

export const isStructure = (byte: number): boolean => byte === OPEN_BRACE || byte === OPEN_BRACKET;

/** The end of the line at the cursor. Throws `Unfinished` if it is in a later block. */
export function findLineEnd({ bytes, at, length, isLast }: JsonCursor): number {
  const end = bytes.indexOf(LF, at);
  if (end >= 0 && end < length) return end;
  if (!isLast) throw new Unfinished();
  return length;
}

/** Runs as if the text ended with the line, and returns its fault. */
export function readWithinLine(cursor: JsonCursor, end: number, run: () => void): JsonFault | undefined {
  const { length, isLast } = cursor;
  cursor.length = end;
  cursor.isLast = true;
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof JsonFault) return error;
    throw error;
  } finally {
    cursor.length = length;
    cursor.isLast = isLast;
  }
}

/** Documents are lines, unless the first is incomplete on its line and continues on the next. Leaves the cursor as it was. */
export function areDocumentsLines(
  cursor: JsonCursor,
  limits: { readonly maxDepth: number; readonly maxFieldChars: number },
): boolean {
  const end = findLineEnd(cursor);
  const start = createCheckpoint();
  cursor.save(start);
  const trie = new FieldTrie({ paths: [] });
  const trial = new JsonRecord({ ...limits, cursor, trie, onTrailingComma: () => {} });
  const fault = readWithinLine(cursor, end, () => trial.read(0));
  cursor.at = end;
  const continues = fault?.isIncomplete === true && !cursor.isAtEnd() && !isStructure(cursor.next());
  cursor.restore(start);
  return !continues;
}
