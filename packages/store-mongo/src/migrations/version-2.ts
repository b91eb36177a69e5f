import { type MigrationStep, updateDocuments } from './migration.js';

// From version 1 to version 2: templates have a revision, as jobs do.

export const toVersion2: readonly MigrationStep[] = [
  {
    name: 'templates',
    run: (context) =>
      updateDocuments(context, {
        collection: 'templates',
        filter: { revision: { $exists: false } },
        projection: { _id: 1 },
        update: () => ({ $set: { revision: 1 } }),
      }),
  },
];
