import { randomBytes, randomUUID } from 'node:crypto';
import type { Column, Heading, Mapping, Template } from '@inlet/contracts';
import { startEmbeddedMongo } from '@inlet/embedded-mongo';
import { createAesCipher, createMongoStore } from '@inlet/store-mongo';
import { createIds, makeTemplate, makeUpload } from '@inlet/testing';
import { testDatabase } from '@inlet/testing/database';
import mongoose from 'mongoose';
import type { SheetState, Store, Upload } from '../../src/index.js';
import { uploadRef } from '../../src/index.js';
import { deflatePageSync } from '../../src/review/deflate-page.js';
import { createSheetEngine, type EngineStore, type SheetEngine } from '../../src/review/sheet-engine.js';
import { type CellNote, SheetPageWriter } from '../../src/review/sheet-page.js';

/** Sheets on a real store. */
export interface SheetBench {
  readonly store: Store;
  /** Stores an upload with these rows below a row of headings, as a scan does. */
  readonly makeSheet: (sheet: BenchSheet) => Promise<SheetState>;
  /** Stores other rows under the next scan, as if the file was read in another encoding. */
  readonly scanAgain: (state: SheetState, rows: BenchSheet['rows']) => Promise<SheetState>;
  /** The same as a new process has it. */
  readonly newEngine: () => SheetEngine;
  readonly engineStore: EngineStore;
  /** The upload as it is stored now. */
  readonly reload: (state: SheetState) => Promise<SheetState>;
  readonly close: () => Promise<void>;
}

export interface BenchSheet {
  readonly columns: readonly (Partial<Column> & { readonly key: string })[];
  readonly headings: readonly string[];
  readonly rows: readonly (readonly (string | undefined)[])[];
  readonly notes?: ReadonlyMap<number, readonly CellNote[]> | undefined;
  readonly mapping?: Mapping | undefined;
  readonly template?: Partial<Template> | undefined;
  readonly upload?: Partial<Upload> | undefined;
  /** Rows of a page, so that few rows make many pages. */
  readonly pageRows?: number | undefined;
}

export async function openSheetBench(): Promise<SheetBench> {
  const ids = { newId: createIds() };
  const database = testDatabase();
  const uri = database.environment.MONGODB_URI;
  const embedded = uri === undefined ? await startEmbeddedMongo({ dataDir: database.dataDir }) : null;
  const connection = await mongoose
    .createConnection(uri ?? embedded!.uri, { writeConcern: { w: 'majority', journal: true } })
    .asPromise();
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const store = await createMongoStore({
    connection,
    cipher: createAesCipher({ key: randomBytes(32), randomBytes }),
    log,
    now: () => new Date(),
  });
  const engineStore: EngineStore = {
    sheets: store.sheets,
    getUpload: (ref) => store.uploads.get(ref),
    changeUpload: (ref, update) => store.uploads.change(ref, { ...update, now: new Date() }),
  };
  return {
    store,
    engineStore,
    async makeSheet(sheet) {
      const upload = makeUpload(ids, {
        status: 'needs_review',
        scan: 1,
        isScanned: true,
        headings: sheet.headings.map(heading),
        mapping: sheet.mapping ?? sheet.headings.map((path) => ({ column: path, path })),
        ...sheet.upload,
      });
      const header =
        sheet.upload?.header === undefined ? { ...upload.header!, rows: 1, row: 1 } : upload.header;
      await store.uploads.insert({ ...upload, header });
      await insertRows(store, { ...upload, header }, sheet);
      const template = makeTemplate(ids, {
        identity: [],
        uniqueTogether: [],
        ...sheet.template,
        columns: sheet.columns.map((column) => ({
          name: column.key,
          type: 'text',
          alternativeNames: [],
          ...column,
        })),
      });
      return { upload: { ...upload, header }, template };
    },
    newEngine: () =>
      createSheetEngine({
        store: engineStore,
        now: () => new Date(),
        newId: randomUUID,
        random: Math.random,
        yieldTurn: () => new Promise((resolve) => setImmediate(resolve)),
      }),
    async scanAgain(state, rows) {
      const upload = await store.uploads.get(uploadRef(state.upload));
      const changed = await store.uploads.change(uploadRef(upload!), {
        changes: { scan: upload!.scan + 1 },
        now: new Date(),
      });
      const headings = changed!.headings.map(({ path }) => path);
      await insertRows(store, changed!, { columns: [], headings, rows });
      return { ...state, upload: changed! };
    },
    async reload(state) {
      const upload = await store.uploads.get(uploadRef(state.upload));
      return { ...state, upload: upload! };
    },
    async close() {
      await connection.close();
      await embedded?.close();
      await database.forget();
    },
  };
}

async function insertRows(
  store: Store,
  upload: Upload,
  { headings, rows, notes, pageRows = 50 }: BenchSheet,
) {
  const sheet = { ...uploadRef(upload), scan: upload.scan };
  const all = [headings, ...rows];
  for (let first = 0, number = 0; first < all.length; first += pageRows, number += 1) {
    const writer = new SheetPageWriter();
    const part = all.slice(first, first + pageRows);
    part.forEach((cells, index) => {
      const row = first + index + 1;
      writer.add({ id: row, source: { file: 0, row }, cells, notes: notes?.get(row) });
    });
    const bytes = deflatePageSync(writer.take());
    await store.sheets.insertPages(sheet, [{ number, firstRow: first + 1, rows: part.length, bytes }]);
  }
}

const heading = (path: string): Heading => ({
  path,
  label: path,
  coverage: 1,
  records: 1,
  samples: [],
  repeats: false,
  mostRepeats: 1,
  isAboveRecord: false,
  proposedType: 'text',
});
