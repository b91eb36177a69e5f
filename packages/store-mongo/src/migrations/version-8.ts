import { isMissing, type MigrationStep, updateDocuments } from './migration.js';

// From version 7 to version 8: what uploads, templates and projects got with the rest of Manual mode.

export const toVersion8: readonly MigrationStep[] = [
  {
    name: 'rejected rows of uploads',
    run: (context) =>
      updateDocuments(context, {
        collection: 'uploads',
        filter: isMissing('rejections'),
        projection: { _id: 1 },
        update: () => ({ $set: { rejections: null } }),
      }),
  },
];
