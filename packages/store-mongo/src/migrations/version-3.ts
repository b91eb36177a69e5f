import {
  type AnyDocument,
  isFields,
  isMissing,
  type MigrationContext,
  type MigrationStep,
  updateDocuments,
} from './migration.js';

// From version 2 to version 3: the settings of identity and selection, with the values under which stored jobs behave
// as before, and the counts that runs have since then.

const NEW_COUNTS = { empty: 0, rekeyed: 0, excluded: 0, notSent: 0 };
const addCounts = (counts: unknown): unknown => (isFields(counts) ? { ...NEW_COUNTS, ...counts } : counts);

const addRowIdentity = (fetchState: unknown): unknown =>
  isFields(fetchState) ? { rowIdentity: null, ...fetchState } : fetchState;

const toLastRun = (lastRun: unknown): unknown =>
  isFields(lastRun) ? { ...lastRun, counts: addCounts(lastRun.counts) } : lastRun;

const toEnding = (ending: unknown): unknown =>
  isFields(ending)
    ? { ...ending, counts: addCounts(ending.counts), fetchState: addRowIdentity(ending.fetchState) }
    : ending;

const toJob = ({ changeDetection, guardRails, fetchState, lastRun }: AnyDocument) => ({
  identity: { by: 'template' },
  firstRun: 'all',
  filter: null,
  runCount: 0,
  changeDetection: isFields(changeDetection) ? { ignoreColumns: [], ...changeDetection } : changeDetection,
  guardRails: isFields(guardRails) ? { holdOnChurn: true, ...guardRails } : guardRails,
  fetchState: addRowIdentity(fetchState),
  lastRun: toLastRun(lastRun),
});

const addJobSettings = (context: MigrationContext): Promise<void> =>
  updateDocuments(context, {
    collection: 'import_jobs',
    filter: isMissing('runCount'),
    update: (job) => ({ $set: toJob(job) }),
  });

export const toVersion3: readonly MigrationStep[] = [
  { name: 'settings of jobs', run: addJobSettings },
  {
    name: 'counts of runs',
    run: (context) =>
      updateDocuments(context, {
        collection: 'runs',
        filter: isMissing('counts.rekeyed'),
        projection: { counts: 1, ending: 1, fetchStateAfter: 1 },
        update: ({ counts, ending, fetchStateAfter }) => ({
          $set: {
            counts: addCounts(counts),
            ending: toEnding(ending),
            fetchStateAfter: addRowIdentity(fetchStateAfter),
          },
        }),
      }),
  },
];
