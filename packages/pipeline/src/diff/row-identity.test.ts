import type { CheckedRow, FieldValue } from '@inlet/contracts';
import { expect, test } from 'vitest';
import { contentDigest, createRowIdentity, IDENTITY_PATHS } from './row-identity.js';

const row = (...cells: (string | null)[]): CheckedRow => ({ record: 1, cells, isValid: true });
const fieldsOf = (values: Record<string, FieldValue>) => IDENTITY_PATHS.map((path) => values[path]);
const pathAt = (path: string) => IDENTITY_PATHS.indexOf(path);
const keyOf = (
  options: { identityColumns?: number[]; format?: 'rss' | 'atom' | 'csv' },
  [checked, fields, content]: [CheckedRow, Record<string, FieldValue>, string],
) =>
  createRowIdentity({
    identityColumns: options.identityColumns ?? [],
    format: options.format ?? 'rss',
    pathAt,
  }).rowKeyOf(checked, fieldsOf(fields), content);

test('identity columns decide before the feed does', () => {
  const first = keyOf({ identityColumns: [0] }, [row('sku-1', 'x'), { guid: 'g1' }, 'one']);
  expect(keyOf({ identityColumns: [0] }, [row('sku-1', 'y'), { guid: 'g2' }, 'two'])).toBe(first);
  expect(keyOf({ identityColumns: [0] }, [row('sku-2', 'x'), { guid: 'g1' }, 'one'])).not.toBe(first);
});

test('the guid decides before the link, the link before the content', () => {
  const byGuid = keyOf({}, [row('x'), { guid: 'g1', link: 'l1' }, 'one']);
  expect(keyOf({}, [row('y'), { guid: ' g1 ', link: 'l2' }, 'two'])).toBe(byGuid);
  const byLink = keyOf({}, [row('x'), { guid: '', link: 'l1' }, 'one']);
  expect(keyOf({}, [row('y'), { link: 'l1' }, 'two'])).toBe(byLink);
  expect(byLink).not.toBe(byGuid);
  expect(keyOf({}, [row('x'), {}, 'one'])).not.toBe(keyOf({}, [row('x'), {}, 'two']));
});

test('a guid and a link with the same text are not the same item', () => {
  expect(keyOf({}, [row('x'), { guid: 'same' }, ''])).not.toBe(keyOf({}, [row('x'), { link: 'same' }, '']));
});

test('a file that is not a feed uses the content', () => {
  const key = keyOf({ format: 'csv' }, [row('x'), { id: '1' }, 'one']);
  expect(keyOf({ format: 'csv' }, [row('x'), { id: '2' }, 'one'])).toBe(key);
});

test('a row key is 16 characters that are safe in addresses', () => {
  expect(keyOf({ format: 'atom' }, [row('x'), { id: 'urn:1' }, ''])).toMatch(/^[\w-]{16}$/);
});

test('a content digest is the same for the same text only', () => {
  expect(contentDigest('{"a":1}')).toBe(contentDigest('{"a":1}'));
  expect(contentDigest('{"a":1}')).not.toBe(contentDigest('{"a":2}'));
  expect(contentDigest('')).toHaveLength(20);
});
