/**
 * The same for all collections: unknown fields are an error, in documents and in queries; empty objects are
 * kept; indexes are made once, by `createMongoStore`.
 */
export const SCHEMA_OPTIONS = {
  strict: 'throw',
  strictQuery: 'throw',
  minimize: false,
  versionKey: false,
  autoIndex: false,
  autoCreate: false,
  id: false,
} as const;

/** For parts of a document, which need no id of their own. */
export const PART_OPTIONS = { strict: 'throw', minimize: false, _id: false, id: false } as const;
