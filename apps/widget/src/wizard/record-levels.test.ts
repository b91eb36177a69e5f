import type { Outline } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { levelsOf, nameOfRecordPath } from './record-levels.js';

const list = (path: string, count: number, parentPath?: string) => ({ path, label: path, count, parentPath });
const outline = (fields: Partial<Outline>) => fields as Outline;

describe('the levels of a list', () => {
  const recordPaths = [
    list('/shop/category/product', 40, '/shop/category'),
    list('/shop/category', 4),
    list('/shop/category/product/variant', 90, '/shop/category/product'),
    list('/shop/branch', 3),
    list('/shop/category/empty', 0, '/shop/category'),
  ];

  it('are the lists around it and inside it, from the outermost', () => {
    const paths = ['/shop/category', '/shop/category/product', '/shop/category/product/variant'];
    for (const recordPath of paths)
      expect(levelsOf(outline({ format: 'xml', recordPath, recordPaths })).map(({ path }) => path)).toEqual(
        paths,
      );
  });

  it('are only the list itself if no other is around or inside it', () => {
    const { length } = levelsOf(outline({ format: 'json', recordPath: '/shop/branch', recordPaths }));
    expect(length).toBe(1);
  });

  it('are not offered for the items of a feed', () => {
    const inside = [list('/feed/entry', 2), list('/feed/entry/link', 4, '/feed/entry')];
    expect(levelsOf(outline({ format: 'atom', recordPath: '/feed/entry', recordPaths: inside }))).toEqual([]);
  });

  it('are named after their last part', () => {
    expect(['/a/b~1c', '/', '/x:list'].map(nameOfRecordPath)).toEqual(['b/c', '/', 'x:list']);
  });
});
