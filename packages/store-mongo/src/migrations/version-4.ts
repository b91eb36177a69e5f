import { isFields, isMissing, type MigrationStep, updateDocuments } from './migration.js';

// From version 3 to version 4: the default of `onInvalid`, which a column without it had before; deliveries that say
// whether they were split and whether they are replays; held runs that say whether a repair is proposed, and decisions
// that say whether the job got another identity.

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

const deliveries: MigrationStep = {
  name: 'deliveries',
  run: (context) =>
    updateDocuments(context, {
      collection: 'deliveries',
      filter: isMissing('replayOf'),
      projection: { reason: 1 },
      update: ({ reason = null }) => ({ $set: { reason, replayOf: null } }),
    }),
};

const findings: MigrationStep = {
  name: 'findings of held runs',
  run: (context) =>
    updateDocuments(context, {
      collection: 'runs',
      filter: { held: { $type: 'object' }, ...isMissing('held.repair') },
      projection: { _id: 1 },
      update: () => ({ $set: { 'held.repair': null } }),
    }),
};

const decisions: MigrationStep = {
  name: 'decisions about held runs',
  run: (context) =>
    updateDocuments(context, {
      collection: 'runs',
      filter: { 'decision.action': 'release', ...isMissing('decision.identifyBy') },
      projection: { _id: 1 },
      update: () => ({ $set: { 'decision.identifyBy': null } }),
    }),
};

export const toVersion4: readonly MigrationStep[] = [
  columnsOf('templates'),
  columnsOf('import_jobs'),
  deliveries,
  findings,
  decisions,
];
