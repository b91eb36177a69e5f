import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fixture } from '../../test/decoded.js';
import { outlineSource } from './outline-source.js';
import { readRecords } from './read-records.js';

const FORMATS: Record<string, string> = {
  'feed-1.1.json': 'json_feed',
  // A list of plain values reads the same as lines of text.
  'plain-values.ndjson': 'csv',
};

const names = readdirSync(new URL('../../fixtures/', import.meta.url)).filter((name) =>
  /\.(csv|json|ndjson)$/.test(name),
);

async function* bytes(name: string) {
  yield fixture(name);
}

describe('a file known by nothing but its bytes', () => {
  it.each(names)('%s is outlined in its format, and read again as the outline says', async (name) => {
    const { outline } = await outlineSource(bytes(name));
    expect(outline.format).toBe(FORMATS[name] ?? name.split('.').at(-1));
    const paths = outline.headings.map(({ path }) => path);
    const { batches } = readRecords(bytes(name), { ...outline, paths });
    const records = [];
    for await (const batch of batches) records.push(...batch);
    const shown = records.map(({ fields }) =>
      fields.map((field) =>
        field === undefined ? null : typeof field === 'string' ? field : field.join(', '),
      ),
    );
    const aboveRecord = outline.headings.map(({ isAboveRecord }) => isAboveRecord);
    expect(shown).toHaveLength(outline.recordCount);
    shown.forEach((row, n) => {
      row.forEach((text, i) => {
        if (!aboveRecord[i]) expect(text).toBe(outline.records[n]?.[i]);
      });
    });
  });
});
