import type { CheckedRow, FieldValue, Format, IdentityBasis, IdentityPaths } from '@inlet/contracts';
import { describe, expect, test } from 'vitest';
import { contentDigest, createRowIdentity } from './create-row-identity.js';
import { identityPaths, isIdentityPath } from './identity-paths.js';

const row = (...cells: (string | null)[]): CheckedRow => ({ record: 1, cells, isValid: true });
const PATHS = [...identityPaths(null, null), 'sku', 'page'];
const fieldsOf = (values: Record<string, FieldValue>) => PATHS.map((path) => values[path]);
const pathAt = (path: string) => PATHS.indexOf(path);

interface Options {
  readonly identityColumns?: number[];
  readonly format?: Format;
  readonly basis?: IdentityBasis;
  readonly paths?: IdentityPaths | null;
}
type Given = [CheckedRow, Record<string, FieldValue>, string];

const identityOf = ({ identityColumns = [], format = 'rss', basis = 'id', paths = null }: Options) =>
  createRowIdentity({ identityColumns, basis, paths, format, pathAt });
const given = ([checked, fields, content]: Given) => ({ row: checked, fields: fieldsOf(fields), content });
const keyOf = (options: Options, row: Given) => identityOf(options).rowKeyOf(given(row));
const fallbackOf = (options: Options, row: Given) => identityOf(options).fallbackKeysOf(given(row));

test('identity columns decide before the feed does', () => {
  const first = keyOf({ identityColumns: [0] }, [row('sku-1', 'x'), { guid: 'g1' }, 'one']);
  expect(keyOf({ identityColumns: [0] }, [row('sku-1', 'y'), { guid: 'g2' }, 'two'])).toBe(first);
  expect(keyOf({ identityColumns: [0] }, [row('sku-2', 'x'), { guid: 'g1' }, 'one'])).not.toBe(first);
});

describe('on the basis of the id', () => {
  test('the guid decides before the link, the link before the content', () => {
    const byGuid = keyOf({}, [row('x'), { guid: 'g1', link: 'l1' }, 'one']);
    expect(keyOf({}, [row('y'), { guid: ' g1 ', link: 'l2' }, 'two'])).toBe(byGuid);
    const byLink = keyOf({}, [row('x'), { guid: '', link: 'l1' }, 'one']);
    expect(keyOf({}, [row('y'), { link: 'l1' }, 'two'])).toBe(byLink);
    expect(byLink).not.toBe(byGuid);
    expect(keyOf({}, [row('x'), {}, 'one'])).not.toBe(keyOf({}, [row('x'), {}, 'two']));
  });

  test('the keys are those of every earlier version', () => {
    expect(keyOf({}, [row('x'), { guid: 'g1' }, 'one'])).toBe('iDJ1WNWRK_-X-Sua');
    expect(keyOf({}, [row('x'), { link: 'l1' }, 'one'])).toBe('E1V58H5cY1hWyITB');
    expect(keyOf({}, [row('x'), {}, 'one'])).toBe('jsfgOnT0k4-slr-K');
    expect(keyOf({ format: 'atom' }, [row('x'), { 'link/@href': 'l1' }, 'one'])).toBe('wG7WIagzLOwP4Gwp');
  });

  test('a guid and a link with the same text are not the same item', () => {
    const byLink = keyOf({}, [row('x'), { link: 'same' }, '']);
    expect(keyOf({}, [row('x'), { guid: 'same' }, ''])).not.toBe(byLink);
  });
});

test('the basis of the link disregards an id', () => {
  const options = { basis: 'link' } as const;
  const first = keyOf(options, [row('x'), { guid: 'N/A', link: 'l1' }, 'one']);
  expect(keyOf(options, [row('y'), { guid: 'other', link: 'l1' }, 'two'])).toBe(first);
  expect(keyOf(options, [row('x'), { guid: 'N/A', link: 'l2' }, 'one'])).not.toBe(first);
  expect(keyOf({}, [row('x'), { link: 'l1' }, 'one'])).toBe(first);
});

test('the basis of both tells apart items that share one of them', () => {
  const options = { basis: 'id_and_link' } as const;
  const keys = [
    { guid: '1', link: 'a' },
    { guid: '1', link: 'b' },
    { guid: '2', link: 'a' },
    { guid: '1' },
    { link: '1' },
  ].map((fields) => keyOf(options, [row('x'), fields, '']));
  expect(new Set(keys).size).toBe(5);
});

test('the basis of the content disregards id and link', () => {
  const options = { basis: 'content' } as const;
  const first = keyOf(options, [row('x'), { guid: '1', link: 'a' }, 'one']);
  expect(keyOf(options, [row('x'), { guid: '2', link: 'b' }, 'one'])).toBe(first);
  expect(keyOf(options, [row('x'), { guid: '1', link: 'a' }, 'two'])).not.toBe(first);
});

test('an item whose id repeats falls back to id and link, then to its content', () => {
  const item: Given = [row('x'), { guid: '1', link: 'a' }, 'one'];
  const pair = keyOf({ basis: 'id_and_link' }, item);
  const content = keyOf({ basis: 'content' }, item);
  expect(fallbackOf({}, item)).toEqual([pair, content]);
  expect(fallbackOf({ basis: 'link' }, item)).toEqual([pair, content]);
  expect(fallbackOf({ basis: 'id_and_link' }, item)).toEqual([content]);
  expect(fallbackOf({ basis: 'content' }, item)).toEqual([]);
  expect(fallbackOf({}, [row('x'), {}, 'one'])).toEqual([content]);
});

test('rows with the same identity columns are copies of one row', () => {
  expect(fallbackOf({ identityColumns: [0] }, [row('sku-1'), { guid: '1' }, 'one'])).toEqual([]);
  expect(fallbackOf({ identityColumns: [0] }, [row(null), { guid: '1' }, 'one'])).toHaveLength(2);
});

describe('a file that is not a feed', () => {
  test('uses the content without paths of its own', () => {
    const key = keyOf({ format: 'csv' }, [row('x'), { id: '1' }, 'one']);
    expect(keyOf({ format: 'csv' }, [row('x'), { id: '2' }, 'one'])).toBe(key);
    expect(identityOf({ format: 'csv' }).basis).toBe('content');
  });

  test('uses the paths that were chosen for it', () => {
    const options = { format: 'csv', paths: { id: 'sku', link: 'page' } } as const;
    const key = keyOf(options, [row('x'), { sku: '1', page: 'a', guid: '1' }, 'one']);
    expect(keyOf(options, [row('y'), { sku: '1', page: 'b', guid: '2' }, 'two'])).toBe(key);
    expect(keyOf(options, [row('x'), { sku: '2', page: 'a', guid: '1' }, 'one'])).not.toBe(key);
    const byPage = keyOf(options, [row('x'), { page: 'a' }, 'one']);
    expect(keyOf(options, [row('y'), { page: 'a' }, 'two'])).toBe(byPage);
    expect(identityOf(options).isByContent(given([row('x'), { guid: '1' }, 'one']))).toBe(true);
    expect(identityOf(options).isByContent(given([row('x'), { page: 'a' }, 'one']))).toBe(false);
  });
});

test('a row key is 16 characters that are safe in addresses', () => {
  expect(keyOf({ format: 'atom' }, [row('x'), { id: 'urn:1' }, ''])).toMatch(/^[\w-]{16}$/);
});

test('paths to an id or link are known in every form', () => {
  const paths = [
    'guid',
    'link',
    'link/@href',
    "link[@rel='alternate']/@href",
    '~feed/guid',
    '~feed/link',
    'url',
  ];
  const isPath = (path: string) => isIdentityPath(path, null);
  expect(paths.filter((path) => !isPath(path))).toEqual([]);
  expect(['title', 'linkage', '~feed/isoDate', 'media:content/@url', 'sku'].filter(isPath)).toEqual([]);
  expect(isIdentityPath('sku', { id: 'sku', link: null })).toBe(true);
});

test('a content digest is the same for the same text only', () => {
  expect(contentDigest('{"a":1}')).toBe(contentDigest('{"a":1}'));
  expect(contentDigest('{"a":1}')).not.toBe(contentDigest('{"a":2}'));
  expect(contentDigest('')).toHaveLength(20);
});
