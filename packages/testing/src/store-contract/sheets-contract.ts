import type { EditEntry, NewSheetPage, SheetRef } from '@inlet/workflow';
import { describe, expect, it } from 'vitest';
import { at, type Suite } from './store-under-test.js';

export const describeSheets = (suite: Suite): void => {
  describe('sheets', () => {
    const makeSheet = (): SheetRef => ({
      projectId: suite.newId('prj'),
      uploadId: suite.newId('upl'),
      scan: 1,
    });
    const bytesOf = (number: number): Buffer => Buffer.alloc(1000, `page ${number} `);
    const makePages = (first: number, count: number): NewSheetPage[] =>
      Array.from({ length: count }, (_, index) => ({
        number: first + index,
        firstRow: (first + index) * 10 + 1,
        rows: 10,
        bytes: bytesOf(first + index),
      }));
    const makeEntry = (change: Partial<EditEntry> = {}): EditEntry => ({
      id: suite.newId('edt'),
      previousId: null,
      revision: 1,
      kind: 'edit',
      of: null,
      overlays: [
        { page: 3, overlayId: 'o1' },
        { page: 0, overlayId: null },
      ],
      addedPages: [{ number: 1_000_000, firstRow: 5001, rows: 2 }],
      at: at(1),
      ...change,
    });

    it('lists the pages of calls in any order by number, and loads them as asked', async () => {
      const { sheets } = suite.store();
      const sheet = makeSheet();
      await Promise.all([
        sheets.insertPages(sheet, makePages(256, 3)),
        sheets.insertPages(sheet, makePages(0, 128)),
        sheets.insertPages(sheet, makePages(1_000_000, 1)),
        sheets.insertPages(sheet, makePages(128, 128)),
        sheets.insertPages(sheet, []),
      ]);
      const pages = [...makePages(0, 259), ...makePages(1_000_000, 1)];
      expect(await sheets.listPages(sheet)).toEqual(pages.map(({ bytes: _, ...page }) => page));
      const numbers = [258, 0, 1_000_000, 17, 3];
      expect(await sheets.loadPages(sheet, numbers)).toEqual(numbers.map(bytesOf));
      expect(await sheets.loadPages(sheet, [])).toEqual([]);
    });

    it('accepts the same pages again, but no others under their numbers', async () => {
      const { sheets } = suite.store();
      const sheet = makeSheet();
      await sheets.insertPages(sheet, makePages(0, 4));
      await sheets.insertPages(sheet, makePages(0, 4));
      await sheets.insertPages(sheet, makePages(2, 4));
      expect((await sheets.listPages(sheet)).map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5]);
      const other = makePages(3, 1).map((page) => ({ ...page, bytes: Buffer.from('x') }));
      await expect(sheets.insertPages(sheet, other)).rejects.toThrow();
      expect(await sheets.loadPages(sheet, [3])).toEqual([bytesOf(3)]);
    });

    it('throws for a page or an overlay that is missing', async () => {
      const { sheets } = suite.store();
      const sheet = makeSheet();
      await sheets.insertPages(sheet, makePages(0, 1));
      await expect(sheets.loadPages(sheet, [0, 1])).rejects.toThrow('missing');
      await expect(sheets.loadOverlays(sheet, [{ page: 0, overlayId: 'o1' }])).rejects.toThrow('missing');
    });

    it('keeps projects, uploads and scans apart', async () => {
      const { sheets } = suite.store();
      const sheet = makeSheet();
      await sheets.insertPages(sheet, makePages(0, 1));
      await sheets.insertOverlays(sheet, 'o1', [{ page: 0, bytes: Buffer.from('a') }]);
      await sheets.insertEntry(sheet, makeEntry());
      for (const stranger of [
        { ...sheet, projectId: suite.newId('prj') },
        { ...sheet, uploadId: suite.newId('upl') },
        { ...sheet, scan: 2 },
      ]) {
        expect(await sheets.listPages(stranger)).toEqual([]);
        await expect(sheets.loadPages(stranger, [0])).rejects.toThrow('missing');
        await expect(sheets.loadOverlays(stranger, [{ page: 0, overlayId: 'o1' }])).rejects.toThrow(
          'missing',
        );
        expect(await sheets.listEntries(stranger, { afterRevision: 0 })).toEqual([]);
        if (stranger.scan === sheet.scan) await sheets.remove(stranger);
      }
      expect(await sheets.loadPages(sheet, [0])).toEqual([bytesOf(0)]);
    });

    it('returns overlays of several entries in the given order', async () => {
      const { sheets } = suite.store();
      const sheet = makeSheet();
      const overlay = (page: number, text: string) => ({ page, bytes: Buffer.from(text) });
      await sheets.insertOverlays(sheet, 'o1', [overlay(0, 'a'), overlay(3, 'b')]);
      await sheets.insertOverlays(sheet, 'o2', [overlay(0, 'c')]);
      await sheets.insertOverlays(sheet, 'o3', []);
      const wanted = [
        { page: 3, overlayId: 'o1' },
        { page: 0, overlayId: 'o2' },
        { page: 0, overlayId: 'o1' },
      ];
      expect((await sheets.loadOverlays(sheet, wanted)).map(String)).toEqual(['b', 'c', 'a']);
    });

    it('lists entries by revision, even several of one revision', async () => {
      const { sheets } = suite.store();
      const sheet = makeSheet();
      const first = makeEntry();
      const second = makeEntry({ revision: 2, previousId: first.id, kind: 'undo', of: first.id });
      const lost = makeEntry({ revision: 2, previousId: first.id, overlays: [], addedPages: [] });
      const third = makeEntry({ revision: 3, previousId: second.id, kind: 'redo', of: first.id });
      for (const entry of [third, second, lost, first]) await sheets.insertEntry(sheet, entry);
      expect(await sheets.listEntries(sheet, { afterRevision: 0 })).toEqual([first, second, lost, third]);
      expect(await sheets.listEntries(sheet, { afterRevision: 2 })).toEqual([third]);
    });

    it('removes earlier scans, or everything of an upload', async () => {
      const { sheets } = suite.store();
      const old = makeSheet();
      const current = { ...old, scan: 2 };
      for (const sheet of [old, current]) {
        await sheets.insertPages(sheet, makePages(0, 2));
        await sheets.insertOverlays(sheet, 'o1', [{ page: 0, bytes: Buffer.from('a') }]);
        await sheets.insertEntry(sheet, makeEntry());
      }
      const numbers = async (sheet: SheetRef) => [
        (await sheets.listPages(sheet)).length,
        (await sheets.listEntries(sheet, { afterRevision: 0 })).length,
      ];
      const overlay = [{ page: 0, overlayId: 'o1' }];
      await sheets.remove(current, { beforeScan: 2 });
      expect([await numbers(old), await numbers(current)]).toEqual([
        [0, 0],
        [2, 1],
      ]);
      await expect(sheets.loadPages(old, [0])).rejects.toThrow('missing');
      await expect(sheets.loadOverlays(old, overlay)).rejects.toThrow('missing');
      expect((await sheets.loadOverlays(current, overlay)).map(String)).toEqual(['a']);
      await sheets.remove(current);
      expect(await numbers(current)).toEqual([0, 0]);
      await expect(sheets.loadOverlays(current, overlay)).rejects.toThrow('missing');
    });
  });
};
