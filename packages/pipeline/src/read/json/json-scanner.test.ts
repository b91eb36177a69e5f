import type { FieldValue } from '@inlet/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decoded } from '../../../test/decoded.js';
import { BlockReader } from '../blocks/block-reader.js';
import { FieldTrie } from './field-trie.js';
import { JsonScanner } from './json-scanner.js';

const PATHS = ['a', 'b', 'a/b', 'b/a', 'a/b/a', 'é~1', '.'];
const LIMITS = { maxRecordBytes: 1e6, maxDepth: 100, maxFieldChars: 1e6 };

interface Scan {
  readonly rows: FieldValue[][];
  readonly above: string[];
  readonly warnings: string[];
  readonly hasControls: boolean;
  readonly error: string | undefined;
}

async function scan(
  text: string,
  { blockBytes = 65_536, recordPath = '/', isNdjson = false } = {},
): Promise<Scan> {
  const rows: FieldValue[][] = [];
  const above: string[] = [];
  const warnings = new Set<string>();
  let hasControls = false;
  const scanner = new JsonScanner({
    ...LIMITS,
    recordPath,
    isNdjson,
    trie: new FieldTrie({ paths: PATHS }),
    onRecord: (fields) => rows.push(fields),
    onValueAbove: (path, value) => above.push(`${path}=${value.text}`),
    onWarning: ({ code, message, line, column }) => warnings.add(`${code} ${line}:${column} ${message}`),
    onControls: () => {
      hasControls = true;
    },
    onIncomplete: ({ reason, message }) => warnings.add(`${reason} ${message}`),
  });
  const reader = new BlockReader(decoded(text).chunks, blockBytes);
  let error: string | undefined;
  try {
    await reader.fill(0);
    for (;;) {
      const consumed = scanner.scan(reader);
      if (reader.isLast || scanner.isDone) break;
      await reader.fill(consumed);
    }
  } catch (thrown) {
    error = String(thrown);
  }
  return { rows, above, warnings: [...warnings], hasControls, error };
}

/** The values of a path inside a parsed value, in the simplest way. */
function evaluate(value: unknown, keys: readonly string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((member) => evaluate(member, keys));
  if (value === null) return [];
  const [key, ...rest] = keys;
  if (key === undefined) return [typeof value === 'string' ? value : JSON.stringify(value)];
  if (typeof value !== 'object') return [];
  const member = Object.entries(value).find(([name]) => name === key);
  return member === undefined ? [] : evaluate(member[1], rest);
}

function fieldOf(value: unknown, path: string): FieldValue {
  const texts = evaluate(value, path === '.' ? [] : path.replace('~1', '/').split(/\/(?=.)/));
  return texts.length > 1 ? texts : texts[0];
}

const key = fc.constantFrom('a', 'b', 'c', 'é/', '"quoted"');
const text = fc.constantFrom('', 'x', 'ü', '🙂', '"', '\\', '\n', '{[', ']}', 'a,b', '\u2028');
const { record } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    tie('record'),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
  record: fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
}));
const indent = fc.constantFrom('', '  ', '\t');

describe('the JSON scanner', () => {
  it('returns the values of the parsed document at each path, in blocks of every size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { maxLength: 4 }),
        indent,
        fc.integer({ min: 1, max: 9 }),
        async (records, space, blockBytes) => {
          const { rows, error, warnings } = await scan(JSON.stringify(records, null, space), { blockBytes });
          expect(error).toBeUndefined();
          expect(warnings).toEqual([]);
          expect(rows).toEqual(records.map((each) => PATHS.map((path) => fieldOf(each, path))));
        },
      ),
      { numRuns: 400 },
    );
  });

  it('reads lines as it reads the members of a list', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 9 }),
        async (records, blockBytes) => {
          const lines = records.map((each) => `${JSON.stringify(each)}\n`).join('');
          const ofLines = await scan(lines, { blockBytes, isNdjson: true });
          expect(ofLines).toEqual(await scan(JSON.stringify(records)));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('says the same about any text in blocks of every size', async () => {
    const pieces = fc.array(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        '{"a":',
        '"b":',
        '"é"',
        '"\\u00',
        '12',
        '.5',
        'e3',
        '-',
        'true',
        'nul',
        ',',
        ':',
        '\n',
        ' ',
        '"',
      ),
      { maxLength: 25 },
    );
    await fc.assert(
      fc.asyncProperty(
        pieces,
        fc.boolean(),
        fc.constantFrom('/', '/a'),
        fc.integer({ min: 1, max: 9 }),
        async (parts, isNdjson, recordPath, blockBytes) => {
          const source = parts.join('');
          expect(await scan(source, { blockBytes, isNdjson, recordPath })).toEqual(
            await scan(source, { isNdjson, recordPath }),
          );
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('takes for JSON what JSON.parse takes for JSON, and not much more', async () => {
    const pieces = fc.array(
      fc.constantFrom('{', '}', '[', ']', '"a"', ':', ',', '1', '-2.5e3', 'null', ' '),
      { maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(pieces, async (parts) => {
        const source = `[${parts.join('')}]`;
        const { error, warnings } = await scan(source);
        const isTaken = error === undefined && warnings.length === 0;
        const isLenient = /[0-9] *-|[0-9][0-9]/.test(source);
        if (!isLenient) expect([source, isTaken]).toEqual([source, parses(source)]);
      }),
      { numRuns: 3000 },
    );
  });

  it('reports values beside and above the records with their paths', async () => {
    const source = '{"a~/": {"b": [1, {"c": "x"}]}, "items": [{"a": 1}], "n": null, "z": true}';
    const { above, rows } = await scan(source, { recordPath: '/items', blockBytes: 1 });
    expect(above).toEqual(['/a~0~1/b=1', '/a~0~1/b/c=x', '/z=true']);
    expect(rows).toHaveLength(1);
  });

  it('takes back what a key gave that comes again, inside repeats too', async () => {
    const source = '[{"a": [{"b": 1}, {"b": 2, "b": [3, 4], "b": 5}, {"b": 6}]}]';
    const { rows } = await scan(source);
    expect(rows[0]?.[PATHS.indexOf('a/b')]).toEqual(['1', '5', '6']);
  });

  it('follows keys that change their order from record to record', async () => {
    const { rows } = await scan('[{"a":1,"b":2},{"b":3,"a":4},{"c":0,"a":5},{"a":6,"c":0,"b":7}]');
    expect(rows.map(([a, b]) => [a, b])).toEqual([
      ['1', '2'],
      ['4', '3'],
      ['5', undefined],
      ['6', '7'],
    ]);
  });
});

function parses(source: string): boolean {
  try {
    JSON.parse(source);
    return true;
  } catch {
    return false;
  }
}
