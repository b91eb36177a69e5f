import type { mongo } from 'mongoose';
import { type IdempotencyDocument, listResponseSecrets } from './idempotency-document.js';
import { type JobDocument, listJobSecrets } from './job-document.js';
import { listProjectSecrets, type ProjectDocument } from './project-document.js';
import { listRunSecrets, type RunDocument } from './run-document.js';
import type { SealedText } from './sealing.js';
import { listTemplateSecrets, type TemplateDocument } from './template-document.js';

/** The sealed texts of one document. */
export interface SealedDocument {
  readonly id: string;
  readonly secrets: readonly SealedText[];
}

export interface Replacement {
  readonly id: string;
  /** New sealed texts by their path, and those that they replace. */
  readonly texts: readonly { readonly path: string; readonly from: string; readonly to: string }[];
}

/** A collection whose documents have sealed texts. */
export interface SealedCollection {
  readonly name: string;
  /** All documents with sealed texts, in steps of bounded size. */
  steps(): AsyncGenerator<SealedDocument[]>;
  /** Replaces texts, each document by one atomic write, if they are still the same. */
  replace(replacements: readonly Replacement[]): Promise<void>;
}

interface CollectionWithSecrets<Document> {
  readonly name: string;
  readonly filter: mongo.Filter<Document>;
  readonly projection: mongo.Document;
  readonly list: (document: Document) => SealedText[];
}

const DOCUMENTS_PER_STEP = 100;

/** Every collection with sealed texts. */
export const openSealedCollections = (db: mongo.Db): readonly SealedCollection[] => [
  openSealedCollection<ProjectDocument>(db, {
    name: 'projects',
    filter: {},
    projection: { userTokenSecrets: 1, webhookSecrets: 1 },
    list: listProjectSecrets,
  }),
  openSealedCollection<TemplateDocument>(db, {
    name: 'templates',
    filter: { 'destination.sealed.0': { $exists: true } },
    projection: { 'destination.sealed': 1 },
    list: listTemplateSecrets,
  }),
  openSealedCollection<JobDocument>(db, {
    name: 'import_jobs',
    filter: { 'source.sealed.0': { $exists: true } },
    projection: { 'source.sealed': 1 },
    list: listJobSecrets,
  }),
  openSealedCollection<RunDocument>(db, {
    name: 'runs',
    filter: { sealedProposal: { $exists: true } },
    projection: { sealedProposal: 1 },
    list: listRunSecrets,
  }),
  openSealedCollection<IdempotencyDocument>(db, {
    name: 'idempotency_keys',
    filter: { 'response.sealedBody': { $exists: true } },
    projection: { 'response.sealedBody': 1 },
    list: listResponseSecrets,
  }),
];

function openSealedCollection<Document extends { _id: string }>(
  db: mongo.Db,
  { name, filter, projection, list }: CollectionWithSecrets<Document>,
): SealedCollection {
  // The driver's types of filters and updates are not made for a document that is a parameter.
  const collection = db.collection<{ _id: string }>(name);
  return {
    name,
    async *steps() {
      for (let after: mongo.Filter<{ _id: string }> = {}; ; ) {
        const documents = await collection
          .find({ $and: [filter as mongo.Filter<{ _id: string }>, after] }, { projection })
          .sort({ _id: 1 })
          .limit(DOCUMENTS_PER_STEP)
          .toArray();
        const last = documents.at(-1);
        if (last === undefined) return;
        yield documents.map((document) => ({
          id: document._id,
          secrets: list(document as unknown as Document),
        }));
        after = { _id: { $gt: last._id } };
      }
    },
    async replace(replacements) {
      if (replacements.length === 0) return;
      await collection.bulkWrite(
        replacements.map(({ id, texts }) => ({
          updateOne: {
            filter: { _id: id, ...Object.fromEntries(texts.map(({ path, from }) => [path, from])) },
            update: { $set: Object.fromEntries(texts.map(({ path, to }) => [path, to])) },
          },
        })),
        { ordered: false },
      );
    },
  };
}
