import { isFields, isMissing, type MigrationStep, updateDocuments } from './migration.js';

// From version 3 to version 4: the default of `onInvalid`, which a column without it had before.

/** Columns that are stored already keep rejecting rows with a value of another type. */
const keepRejecting = (columns: unknown): unknown =>
  Array.isArray(columns)
    ? columns.map((column) => (isFields(column) ? { onInvalid: 'reject', ...column } : column))
    : columns;

const columnsOf = (collection: 'templates' | 'import_jobs'): MigrationStep => ({
  name: `columns of ${collection}`,
  run: (context) =>
    updateDocuments(context, {
      collection,
      filter: { columns: { $elemMatch: isMissing('onInvalid') } },
      projection: { columns: 1 },
      update: ({ columns }) => ({ $set: { columns: keepRejecting(columns) } }),
    }),
});

export const toVersion4: readonly MigrationStep[] = [columnsOf('templates'), columnsOf('import_jobs')];
