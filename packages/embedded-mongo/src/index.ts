export { runningEmbeddedMongoUris } from './run-directory.js';
export { type EmbeddedMongo, type EmbeddedMongoOptions, startEmbeddedMongo } from './start-embedded-mongo.js';
export { NewerFormatError } from './storage/format-version.js';
export type { CollectionCheck } from './storage/verify-collection.js';
export { backupEmbeddedMongo, compactEmbeddedMongo, restoreEmbeddedMongo } from './tools/backup.js';
export { exportDatabase, type TransferredCollection } from './tools/export-database.js';
export { type ExportedDatabase, exportedDatabases } from './tools/exported-databases.js';
export { importDatabase } from './tools/import-database.js';
export { type DatabaseCheck, validateEmbeddedMongo } from './tools/validate.js';
