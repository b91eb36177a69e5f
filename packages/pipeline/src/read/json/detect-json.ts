import { InletError } from '@inlet/contracts/errors';
import { FieldTrie } from './field-trie.js';
import { JsonCursor, JsonFault, Unfinished } from './json-cursor.js';
import { JsonRecord } from './json-record.js';

const VERSION_KEY = 'version';
const FEED_VERSION = /^https?:\/\/jsonfeed\.org\/version\/(\d[\d.]*)/;
const MOST_LEVELS = 1000;
const MOST_LINES = 20;

/** `1.1` for `https://jsonfeed.org/version/1.1`; null for anything else. */
export function feedVersion(version: string | undefined): string | null {
  return FEED_VERSION.exec(version ?? '')?.[1] ?? null;
}

/**
 * Detects the kind of JSON at the beginning of a text; null if it is not JSON. Only objects and arrays count, because
 * numbers and words are probably something else. Several of them are NDJSON, even if they share or span lines.
 */
export function detectJson(text: string): 'json' | 'ndjson' | 'json_feed' | null {
  if (!/^\s*(\{\s*["}]|\[\s*(["{[\]\dtfn-]|$)|\{\s*$)/.test(text)) return null;
  const first = readFirst(text);
  if (first.rest !== null) {
    if (/^\s*[{[]/.test(first.rest)) return 'ndjson';
  } else if (areLines(text)) {
    return 'ndjson';
  }
  return feedVersion(first.version) === null ? 'json' : 'json_feed';
}

/** Whether a text is one JSON value, or the beginning of one that is longer. */
export function isOneValue(text: string): boolean {
  const { rest, isFaulty } = readFirst(text);
  return rest === null ? !isFaulty : rest.trim() === '';
}

interface FirstValue {
  /** The text after it; null if it is incomplete. */
  readonly rest: string | null;
  readonly isFaulty: boolean;
  /** `version` of a root object, if that part was complete. */
  readonly version: string | undefined;
}

function readFirst(text: string): FirstValue {
  const cursor = new JsonCursor();
  const bytes = Buffer.from(`${text}\n`);
  cursor.load({ bytes, length: bytes.length - 1, isLast: false });
  const record = new JsonRecord({
    cursor,
    trie: new FieldTrie({ paths: [VERSION_KEY] }),
    maxDepth: MOST_LEVELS,
    maxFieldChars: Number.MAX_SAFE_INTEGER,
    onTrailingComma: () => {},
  });
  try {
    const [version] = record.read(0);
    return { rest: bytes.toString('utf8', cursor.at), isFaulty: false, version: version?.toString() };
  } catch (error) {
    if (!(error instanceof Unfinished || error instanceof JsonFault || error instanceof InletError))
      throw error;
    return { rest: null, isFaulty: !(error instanceof Unfinished), version: record.soFar[0]?.toString() };
  }
}

/** Whether most of the first lines are complete objects or arrays. */
function areLines(text: string): boolean {
  const lines = text
    .split('\n')
    .slice(0, MOST_LINES)
    .filter((line) => line.trim() !== '');
  return lines.filter(isStructure).length > lines.length / 2;
}

function isStructure(line: string): boolean {
  if (!/^\s*[{[]/.test(line)) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
