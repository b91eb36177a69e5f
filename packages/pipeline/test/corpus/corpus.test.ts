import { readdirSync, readFileSync } from 'node:fs';
import { type Cell, columnSchema } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { compileCheck } from '../../src/check/compile-check.js';
import { compileMapping } from '../../src/map/compile-mapping.js';
import { outlineSource } from '../../src/read/outline-source.js';
import { readRecords } from '../../src/read/read-records.js';
import { mappingFromSuggestions, suggestMapping } from '../../src/suggest/suggest-mapping.js';
import { inChunks } from '../sources.js';
import { COLUMN_SETS } from './column-sets.js';

const FEED_URL = 'https://feeds.example/dir/feed';
const LEAST_FEEDS = 150;

interface CorpusFeed {
  readonly name: string;
  readonly columns: keyof typeof COLUMN_SETS;
  readonly source: string;
  /** The filled cells of each row that a person would expect. */
  readonly rows: readonly Readonly<Record<string, Cell>>[];
}

/** Each feed is `=== name columns`, the source, `---`, and one line of JSON for each expected row. */
function readCorpus(): CorpusFeed[] {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.txt'));
  return files.flatMap((file) => {
    const text = readFileSync(`${import.meta.dirname}/${file}`, 'utf8');
    return text.split(/^=== /m).slice(1).map(parseFeed);
  });
}

function parseFeed(text: string): CorpusFeed {
  const [head = '', ...lines] = text.trimEnd().split('\n');
  const [name = '', columns = ''] = head.split(' ');
  const end = lines.lastIndexOf('---');
  const rows = lines.slice(end + 1).map((line) => JSON.parse(line) as Record<string, Cell>);
  return { name, columns: columns as keyof typeof COLUMN_SETS, source: lines.slice(0, end).join('\n'), rows };
}

async function suggestedRows({ source, columns: set }: CorpusFeed) {
  const columns = COLUMN_SETS[set].map((column) => columnSchema.parse(column));
  const hints = { charset: null, baseUrl: FEED_URL };
  const { outline } = await outlineSource(inChunks(source), { hints });
  const { headings, records, recordPath, parseOptions } = outline;
  const mapping = mappingFromSuggestions(suggestMapping(headings, columns, records));
  const { paths, mapRecords } = compileMapping(mapping, columns, { baseUrl: FEED_URL });
  const check = compileCheck({ columns, uniqueTogether: [], baseUrl: FEED_URL });
  const stream = readRecords(inChunks(source), { recordPath, parseOptions, paths, hints });
  const rows: Record<string, Cell>[] = [];
  let invalid = 0;
  for await (const batch of stream.batches)
    for (const { cells, isValid } of check.checkRows(mapRecords(batch))) {
      const filled = columns.flatMap(({ key }, at) => (cells[at] == null ? [] : [[key, cells[at]] as const]));
      rows.push(Object.fromEntries(filled));
      if (!isValid) invalid += 1;
    }
  return { rows, invalid };
}

const CORPUS = readCorpus();

describe('the suggested mapping of the corpus', () => {
  it(`covers at least ${LEAST_FEEDS} feeds with different names`, () => {
    expect(CORPUS.length).toBeGreaterThanOrEqual(LEAST_FEEDS);
    expect(new Set(CORPUS.map(({ name }) => name)).size).toBe(CORPUS.length);
  });

  it.each(CORPUS)('makes the rows that a person would expect of $name', async (feed) => {
    expect(await suggestedRows(feed)).toEqual({ rows: feed.rows, invalid: 0 });
  });
});
