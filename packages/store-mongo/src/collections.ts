import { type ConnectedConnection, openCollection } from './collection.js';
import type { Cipher } from './create-aes-cipher.js';
import { deliveryBodySchema } from './delivery-body-document.js';
import { deliverySchema } from './delivery-document.js';
import { erasureSchema } from './erasure-document.js';
import { fileChunkSchema } from './file-chunk-document.js';
import { fileLockSchema } from './file-lock-document.js';
import { fileMemorySchema } from './file-memory-document.js';
import { idempotencySchema } from './idempotency-document.js';
import { issuePageSchema } from './issue-page-document.js';
import { itemStatePartSchema, itemStateSchema } from './item-state-document.js';
import { jobSchema } from './job-document.js';
import { projectSchema } from './project-document.js';
import { runSchema } from './run-document.js';
import {
  sheetEntrySchema,
  sheetOverlaySchema,
  sheetPageListSchema,
  sheetPageSchema,
} from './sheet-document.js';
import { templateSchema } from './template-document.js';
import { uploadSchema } from './upload-document.js';

/** One handle for each collection. */
export const openCollections = (connection: ConnectedConnection) => ({
  projects: openCollection(connection, projectSchema),
  templates: openCollection(connection, templateSchema),
  jobs: openCollection(connection, jobSchema),
  runs: openCollection(connection, runSchema),
  issuePages: openCollection(connection, issuePageSchema),
  deliveries: openCollection(connection, deliverySchema),
  deliveryBodies: openCollection(connection, deliveryBodySchema),
  itemStates: openCollection(connection, itemStateSchema),
  itemStateParts: openCollection(connection, itemStatePartSchema),
  uploads: openCollection(connection, uploadSchema),
  fileChunks: openCollection(connection, fileChunkSchema),
  fileLocks: openCollection(connection, fileLockSchema),
  sheetPages: openCollection(connection, sheetPageSchema),
  sheetPageLists: openCollection(connection, sheetPageListSchema),
  sheetOverlays: openCollection(connection, sheetOverlaySchema),
  sheetEntries: openCollection(connection, sheetEntrySchema),
  fileMemories: openCollection(connection, fileMemorySchema),
  erasures: openCollection(connection, erasureSchema),
  idempotencyKeys: openCollection(connection, idempotencySchema),
});

/** Everything that the operations of the store work on. */
export type StoreContext = ReturnType<typeof openCollections> & { readonly cipher: Cipher };
