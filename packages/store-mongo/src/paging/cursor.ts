import { InletError } from '@inlet/contracts';

/** Cursors are opaque to callers: base64url of a short text that says where the next page begins. */
export const encodeCursor = (text: string): string => Buffer.from(text).toString('base64url');

/** @throws InletError `invalid_cursor` where the cursor's text has not the form that `pattern` describes. */
export function decodeCursor(cursor: string, pattern: RegExp): RegExpExecArray {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const match = pattern.exec(text);
  // decoding passes over what is no base64url: only what encodes to the same was given out by us
  if (match === null || encodeCursor(text) !== cursor) throw new InletError('invalid_cursor');
  return match;
}
