import type { EditEntry, PageEntry, SheetRef } from '@inlet/workflow';
import { Schema } from 'mongoose';
import { PART_OPTIONS, SCHEMA_OPTIONS } from './schema-parts.js';

interface SheetPart {
  _id: string;
  projectId: string;
  uploadId: string;
  scan: number;
}

/** Rows of a sheet, packed. Never changed. */
export interface SheetPageDocument extends SheetPart {
  bytes: Buffer;
}

/** Names pages that were stored together. Written after them: a page that is not in one does not exist. */
export interface SheetPageListDocument extends SheetPart {
  pages: readonly PageEntry[];
}

/** The changes of people to a page, as of one entry of the log. Never changed. */
export interface SheetOverlayDocument extends SheetPart {
  bytes: Buffer;
}

export interface SheetEntryDocument extends SheetPart, Omit<EditEntry, 'id'> {}

const required = true;

const sheetPart = {
  _id: { type: String, required },
  projectId: { type: String, required },
  uploadId: { type: String, required },
  scan: { type: Number, required },
};

const pageEntrySchema = new Schema<PageEntry>(
  {
    number: { type: Number, required },
    firstRow: { type: Number, required },
    rows: { type: Number, required },
  },
  PART_OPTIONS,
);

const overlayRefSchema = new Schema(
  { page: { type: Number, required }, overlayId: { type: String, default: null } },
  PART_OPTIONS,
);

export const sheetPageSchema: Schema<SheetPageDocument> = new Schema<SheetPageDocument>(
  { ...sheetPart, bytes: { type: Buffer, required } },
  { ...SCHEMA_OPTIONS, collection: 'sheet_pages' },
);

export const sheetPageListSchema: Schema<SheetPageListDocument> = new Schema<SheetPageListDocument>(
  { ...sheetPart, pages: { type: [pageEntrySchema], required } },
  { ...SCHEMA_OPTIONS, collection: 'sheet_page_lists' },
);

export const sheetOverlaySchema: Schema<SheetOverlayDocument> = new Schema<SheetOverlayDocument>(
  { ...sheetPart, bytes: { type: Buffer, required } },
  { ...SCHEMA_OPTIONS, collection: 'sheet_overlays' },
);

export const sheetEntrySchema: Schema<SheetEntryDocument> = new Schema<SheetEntryDocument>(
  {
    ...sheetPart,
    previousId: { type: String, default: null },
    revision: { type: Number, required },
    kind: { type: String, required },
    of: { type: String, default: null },
    overlays: { type: [overlayRefSchema], required },
    addedPages: { type: [pageEntrySchema], required },
    at: { type: Date, required },
  },
  { ...SCHEMA_OPTIONS, collection: 'sheet_entries' },
);

// remove; pages and overlays are read by _id
sheetPageSchema.index({ projectId: 1, uploadId: 1, scan: 1 });
sheetOverlaySchema.index({ projectId: 1, uploadId: 1, scan: 1 });
// listPages; remove
sheetPageListSchema.index({ projectId: 1, uploadId: 1, scan: 1 });
// listEntries: in order; remove
sheetEntrySchema.index({ projectId: 1, uploadId: 1, scan: 1, revision: 1, _id: 1 });

export const pageId = ({ uploadId, scan }: SheetRef, number: number): string =>
  `${uploadId}:${scan}:${number}`;

export const overlayId = (
  { uploadId, scan }: SheetRef,
  { overlayId: id, page }: { overlayId: string; page: number },
): string => `${uploadId}:${scan}:${id}:${page}`;
