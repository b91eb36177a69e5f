import type { Page } from '@inlet/contracts';

/** Follows cursors to the end. Returns the pages, so that tests can check their sizes. */
export async function readAllPages<Item>(
  read: (cursor: { cursor?: string }) => Promise<Page<Item>>,
): Promise<readonly (readonly Item[])[]> {
  const pages: (readonly Item[])[] = [];
  for (let cursor: string | undefined; pages.length < 1000; ) {
    const page = await read(cursor === undefined ? {} : { cursor });
    pages.push(page.items);
    if (page.nextCursor === null) return pages;
    cursor = page.nextCursor;
  }
  throw new Error('the cursors go round in a circle');
}

/** Texts that are not cursors of any listing. */
export const INVALID_CURSORS = [
  'x',
  '!',
  '%00',
  'bm90IGEgY3Vyc29y',
  Buffer.from('before').toString('base64url'),
  Buffer.from('{"$gt":""}').toString('base64url'),
  Buffer.from('before run_1 or so').toString('base64url'),
  Buffer.from('from -1/0').toString('base64url'),
  Buffer.from('after 1').toString('base64url'),
  `${Buffer.from('from 0/0').toString('base64url')}=`,
];
