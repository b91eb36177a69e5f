import { isMissing, type MigrationStep, updateDocuments } from './migration.js';

// From version 6 to version 7: a job has a kind. Older versions would read a job of uploads, which has no source, and fail.

export const toVersion7: readonly MigrationStep[] = [
  {
    name: 'kinds of jobs',
    run: (context) =>
      updateDocuments(context, {
        collection: 'import_jobs',
        filter: isMissing('kind'),
        projection: { _id: 1 },
        update: () => ({ $set: { kind: 'feed' } }),
      }),
  },
];
