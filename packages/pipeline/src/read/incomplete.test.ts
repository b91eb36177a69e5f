import { describe, expect, it } from 'vitest';
import { fixtureBytes, readAll } from '../../test/sources.js';
import type { ReadRequest } from './types.js';

const XML = { recordPath: '/list/item', paths: ['id'] };
const JSON_ITEMS = { recordPath: '/items', paths: ['id'] };
const ROWS = { recordPath: '/', paths: ['id'] };

type Request = Partial<ReadRequest> & Pick<ReadRequest, 'recordPath' | 'paths'>;

const xml = '<list><item><id>1</id></item><item><id>2</id></item></list>';
const json = '{"items":[{"id":1},{"id":2}],"next":null}';
const ndjson = '{"id":1}\n{"id":2}\n{"id":3}\n';
const csv = 'id,name,city\n1,Ann,Rome\n2,Bob,Oslo\n3,"Cid, the ""third""",Bern\n';

async function reasonOf(text: string, request: Request, chunkBytes?: number): Promise<string | null> {
  const { facts, error } = await readAll(text, request, chunkBytes);
  if (error !== undefined) throw error;
  return facts.incomplete?.reason ?? null;
}

describe('a source that was read to its proper end', () => {
  it.each<[string, string, Request]>([
    ['XML', xml, XML],
    ['XML with spaces and a comment after its root', `${xml}\n<!-- 0.1 s -->\n`, XML],
    ['XML with an inner tag that is not closed', xml.replace('</id></item></list>', '</item></list>'), XML],
    ['XML with a wrong inner end tag', xml.replace('</id>', '</name>'), XML],
    ['XML whose root ends in other letter case', xml.replace('</list>', '</List>\n'), XML],
    ['JSON', json, JSON_ITEMS],
    ['JSON with text after its end', `${json}\n// end`, JSON_ITEMS],
    ['lines of JSON', ndjson, ROWS],
    ['lines of JSON without a line end at the end', ndjson.trimEnd(), ROWS],
    ['CSV', csv, ROWS],
    ['CSV without a line end at the end', csv.trimEnd(), ROWS],
    ['CSV with a short row at the end', `${csv}4\n`, ROWS],
    ['CSV in which short rows are usual', 'id,name,city\n1\n2,Bob\n3,Cid,Bern\n4', ROWS],
    ['CSV with an open quote before whole rows', 'id,name\n1,"Ann\n2,Bob\n', ROWS],
  ])('is complete: %s', async (_, text, request) => {
    for (const size of [1, 7, 65_536]) expect(await reasonOf(text, request, size)).toBeNull();
  });
});

describe('a source that was cut', () => {
  it.each<[string, string, Request, string]>([
    ['XML inside a record', xml.slice(0, 40), XML, 'root_open'],
    ['XML between records', xml.slice(0, 29), XML, 'root_open'],
    ['XML inside the end tag of its root', xml.slice(0, -1), XML, 'root_open'],
    ['XML inside a comment', `${xml.slice(0, 29)}<!-- `, XML, 'root_open'],
    ['JSON inside a record', json.slice(0, 25), JSON_ITEMS, 'text_cut'],
    ['JSON after the list', json.slice(0, -1), JSON_ITEMS, 'text_cut'],
    [
      'JSON that stops being JSON',
      '{"items":[{"id":1},{"id":2},<b>Fatal error</b>',
      JSON_ITEMS,
      'text_malformed',
    ],
    ['lines of JSON', ndjson.slice(0, -4), ROWS, 'text_cut'],
    ['lines of JSON, one of which is damaged', ndjson.replace('{"id":2}', '{"id":'), ROWS, 'records_skipped'],
    ['CSV inside a row', csv.slice(0, 28), ROWS, 'row_cut'],
    ['CSV inside a quoted cell', csv.slice(0, 50), ROWS, 'quote_open'],
    ['CSV inside a quoted cell of several lines', `${csv}4,"Dan\nand others`, ROWS, 'quote_open'],
    ['CSV inside the last, quoted cell', `${csv}4,Dan,"Ber`, ROWS, 'quote_open'],
  ])('says so: %s', async (_, text, request, reason) => {
    for (const size of [1, 7, 65_536]) expect(await reasonOf(text, request, size)).toBe(reason);
  });

  it.each([
    ['inside a quoted cell', csv.slice(0, 50), ['1', '2']],
    ['inside a quoted cell, after lines of it', `${csv}4,"Dan\nand others`, ['1', '2', '3']],
    ['inside the last, quoted cell', `${csv}4,Dan,"Ber`, ['1', '2', '3']],
    ['inside a row', csv.slice(0, 28), ['1']],
    ['inside the only row', 'id,name,city\n1,An', []],
    [
      'nowhere, but a quote before whole rows has no end',
      `${csv}4,"Dan\n5,Eve,Kyiv\n`,
      ['1', '2', '3', '4', '5'],
    ],
  ])('leaves out the row of CSV that is cut %s', async (_, text, ids) => {
    for (const size of [1, 7, 65_536]) {
      const { rows } = await readAll(text, ROWS, size);
      expect(rows.map(([id]) => id)).toEqual(ids);
    }
  });

  it.each<[string, string, string | null, string[]]>([
    ['after a line end', csv, null, ['1', '2', '3']],
    ['after a carriage return', csv.replaceAll('\n', '\r'), null, ['1', '2', '3']],
    ['after a whole row', csv.trimEnd(), 'line_end_missing', ['1', '2']],
    ['inside the last cell', csv.slice(0, csv.indexOf('slo')), 'line_end_missing', ['1']],
    ['after a quoted last cell', `${csv}4,Dan,"Ber"`, 'line_end_missing', ['1', '2', '3']],
    ['before the first value of a row', `${csv},`, 'line_end_missing', ['1', '2', '3']],
    ['inside the headings', 'id,na', 'line_end_missing', []],
    ['inside a row', csv.slice(0, 28), 'row_cut', ['1']],
    ['inside a quoted cell', csv.slice(0, 50), 'quote_open', ['1', '2']],
  ])('leaves out the last row of CSV without the expected line end: cut %s', async (_, text, reason, ids) => {
    const csvOptions = { delimiter: ',', quote: '"', hasHeader: true } as const;
    const parseOptions = { format: 'csv', csv: csvOptions } as const;
    for (const size of [1, 7, 65_536]) {
      const request = { ...ROWS, parseOptions, expectsLineEnd: true };
      const { rows, facts, error } = await readAll(text, request, size);
      expect(error).toBeUndefined();
      expect(rows.map(([id]) => id)).toEqual(ids);
      expect(facts.incomplete?.reason ?? null).toBe(reason);
      expect(facts.endsWithLineEnd).toBe(reason === null);
      const truncated = facts.warnings.some(({ code }) => code === 'csv_truncated');
      expect(truncated).toBe(reason !== null);
    }
  });

  it('knows the line end of the last row even if none is expected', async () => {
    for (const size of [1, 7, 65_536]) {
      expect((await readAll(csv, ROWS, size)).facts.endsWithLineEnd).toBe(true);
      const { facts, rows } = await readAll(csv.trimEnd(), ROWS, size);
      expect([facts.endsWithLineEnd, facts.warnings, rows.length]).toEqual([false, [], 3]);
      const large = `${csv.slice(0, 24)}2,${'x'.repeat(200)}`;
      const limits = { maxRecordBytes: 100 };
      expect((await readAll(large, { ...ROWS, limits }, size)).facts.endsWithLineEnd).toBe(false);
      expect((await readAll(`${large}\n`, { ...ROWS, limits }, size)).facts.endsWithLineEnd).toBe(true);
    }
  });

  it('is noticed at every byte of XML and JSON', async () => {
    for (let end = xml.indexOf('</item>'); end < xml.length; end += 1)
      expect(await reasonOf(xml.slice(0, end), XML)).toBe('root_open');
    for (let end = json.indexOf('}') + 1; end < json.length; end += 1)
      expect(await reasonOf(json.slice(0, end), JSON_ITEMS)).toBe('text_cut');
  });

  it('warns in words', async () => {
    const { facts } = await readAll(csv.slice(0, 28), ROWS);
    expect(facts.warnings.map(({ code }) => code)).toEqual(['csv_row_short', 'csv_truncated']);
    const fixture = await readAll(fixtureBytes('truncated-in-item.xml'), {
      ...XML,
      recordPath: '/rss/channel/item',
    });
    expect(fixture.facts.incomplete).toEqual({
      reason: 'root_open',
      message: 'The file ends in the middle; an incomplete record was left out.',
    });
  });
});
