import type { EditEntry, SheetStore } from '@inlet/workflow';
import type { mongo } from 'mongoose';
import type { StoredCollection } from './collection.js';
import type { StoreContext } from './collections.js';
import { duplicatePositions } from './driver-errors.js';
import { overlayId, pageId, type SheetEntryDocument } from './sheet-document.js';

type SheetContext = Pick<StoreContext, 'sheetPages' | 'sheetPageLists' | 'sheetOverlays' | 'sheetEntries'>;

export function createSheetStore(context: SheetContext): SheetStore {
  const { sheetPages, sheetPageLists, sheetOverlays, sheetEntries } = context;
  return {
    async insertPages(sheet, pages) {
      const [first] = pages;
      if (first === undefined) return;
      const { projectId, uploadId, scan } = sheet;
      const owner = { projectId, uploadId, scan };
      await insertBytes(
        sheetPages,
        pages.map(({ number, bytes }) => ({ _id: pageId(sheet, number), ...owner, bytes })),
      );
      const list = pages.map(({ number, firstRow, rows }) => ({ number, firstRow, rows }));
      await sheetPageLists.documents.updateOne(
        { _id: pageId(sheet, first.number), projectId },
        { $set: { uploadId, scan, pages: list } },
        { upsert: true },
      );
    },

    async listPages({ projectId, uploadId, scan }) {
      const lists = await sheetPageLists.documents.find({ projectId, uploadId, scan }).toArray();
      // A call that was repeated may have been cut differently.
      const byNumber = new Map(lists.flatMap(({ pages }) => pages).map((page) => [page.number, page]));
      return [...byNumber.values()].sort((one, other) => one.number - other.number);
    },

    loadPages: (sheet, numbers) =>
      loadBytes(sheetPages, {
        projectId: sheet.projectId,
        ids: numbers.map((number) => pageId(sheet, number)),
      }),

    async insertOverlays(sheet, id, overlays) {
      if (overlays.length === 0) return;
      const { projectId, uploadId, scan } = sheet;
      const toDocument = ({ page, bytes }: { page: number; bytes: Buffer }) => {
        const _id = overlayId(sheet, { overlayId: id, page });
        return { _id, projectId, uploadId, scan, bytes };
      };
      await insertBytes(sheetOverlays, overlays.map(toDocument));
    },

    loadOverlays: (sheet, overlays) =>
      loadBytes(sheetOverlays, {
        projectId: sheet.projectId,
        ids: overlays.map((overlay) => overlayId(sheet, overlay)),
      }),

    async insertEntry({ projectId, uploadId, scan }, { id, ...entry }) {
      await sheetEntries.documents.insertOne({ _id: id, projectId, uploadId, scan, ...entry });
    },

    async listEntries({ projectId, uploadId, scan }, { afterRevision }) {
      const found = await sheetEntries.documents
        .find({ projectId, uploadId, scan, revision: { $gt: afterRevision } })
        .sort({ revision: 1, _id: 1 })
        .toArray();
      return found.map(toEntry);
    },

    async remove({ projectId, uploadId }, { beforeScan } = { beforeScan: Number.POSITIVE_INFINITY }) {
      const filter = { projectId, uploadId, scan: { $lt: beforeScan } };
      // The lists first: a page that is listed is stored.
      await sheetPageLists.documents.deleteMany(filter);
      await sheetPages.documents.deleteMany(filter);
      await sheetEntries.documents.deleteMany(filter);
      await sheetOverlays.documents.deleteMany(filter);
    },
  };
}

interface StoredBytes {
  _id: string;
  projectId: string;
  bytes: Buffer;
}

type BytesCollection<Document extends StoredBytes> = Pick<StoredCollection<Document>, 'documents'>;

/** Inserting the same bytes again changes nothing. */
async function insertBytes<Document extends StoredBytes>(
  { documents }: BytesCollection<Document>,
  given: readonly Document[],
): Promise<void> {
  try {
    await documents.insertMany(given as mongo.OptionalUnlessRequiredId<Document>[], { ordered: false });
  } catch (error) {
    for (const position of duplicatePositions(error)) {
      const { _id, projectId, bytes } = given[position]!;
      const [stored] = await loadBytes({ documents }, { projectId, ids: [_id] });
      if (stored?.equals(bytes) !== true) throw error;
    }
  }
}

/** One query for all. The bytes in the order of their ids. */
async function loadBytes<Document extends StoredBytes>(
  { documents }: BytesCollection<Document>,
  { projectId, ids }: { projectId: string; ids: readonly string[] },
): Promise<readonly Buffer[]> {
  const byId = new Map<string, Buffer>();
  const wanted = { _id: { $in: ids }, projectId } as mongo.Filter<Document>;
  for (const { _id, bytes } of await documents.find(wanted).toArray()) byId.set(_id, bytes);
  return ids.map((id) => {
    const bytes = byId.get(id);
    if (bytes === undefined) throw new Error(`the stored part ${id} of a sheet is missing`);
    return bytes;
  });
}

const toEntry = ({
  _id,
  projectId: _,
  uploadId: __,
  scan: ___,
  ...entry
}: SheetEntryDocument): EditEntry => ({ id: _id, ...entry });
