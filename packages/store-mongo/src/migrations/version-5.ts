import { type AnyDocument, isFields, type MigrationStep, updateDocuments } from './migration.js';

// From version 4 to version 5: the identity of a job's rows names the paths of the id and the link, and is called by
// its name: only feeds had an id or a link before, so the content identifies the rows of all other formats.

const FEEDS: ReadonlySet<unknown> = new Set(['rss', 'rdf', 'atom', 'json_feed']);

const isOld = (part: string) => ({
  [`${part}.rowIdentity`]: { $type: 'object' as const },
  [`${part}.rowIdentity.paths`]: { $exists: false },
});

/** `format` is undefined if the job leaves it to be detected; its next run then stores what it uses. */
function addPaths(fetchState: unknown, format?: unknown): unknown {
  if (!isFields(fetchState) || !isFields(fetchState.rowIdentity)) return fetchState;
  const { basis, ...rest } = fetchState.rowIdentity;
  const isFeed = format === undefined || FEEDS.has(format);
  return { ...fetchState, rowIdentity: { paths: null, ...rest, basis: isFeed ? basis : 'content' } };
}

const toJob = ({ fetchState, parseOptions }: AnyDocument) => ({
  fetchState: addPaths(fetchState, isFields(parseOptions) ? parseOptions.format : undefined),
});

const toRun = ({ fetchStateAfter, ending }: AnyDocument) => ({
  fetchStateAfter: addPaths(fetchStateAfter),
  ending: isFields(ending) ? { ...ending, fetchState: addPaths(ending.fetchState) } : ending,
});

export const toVersion5: readonly MigrationStep[] = [
  {
    name: 'identities of jobs',
    run: (context) =>
      updateDocuments(context, {
        collection: 'import_jobs',
        filter: isOld('fetchState'),
        projection: { fetchState: 1, parseOptions: 1 },
        update: (job) => ({ $set: toJob(job) }),
      }),
  },
  {
    name: 'identities of runs',
    run: (context) =>
      updateDocuments(context, {
        collection: 'runs',
        filter: { $or: [isOld('fetchStateAfter'), isOld('ending.fetchState')] },
        projection: { fetchStateAfter: 1, ending: 1 },
        update: (run) => ({ $set: toRun(run) }),
      }),
  },
];
