import type { Cipher } from '../create-aes-cipher.js';
import { type AnyDocument, isFields, isMissing, type MigrationStep, updateDocuments } from './migration.js';

// From version 3 to version 4: every document has all members of its kind, with the values under which it
// behaves as before, so that readers need no defaults.

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

/** `ignoredColumns`: those of the contents of the known items, as far as they are known. */
const completeFetchState = (fetchState: unknown, ignoredColumns: unknown = null): unknown =>
  isFields(fetchState)
    ? { incomplete: null, pages: 1, checkedAt: null, ignoredColumns, ...fetchState }
    : fetchState;

const templates: MigrationStep = {
  name: 'templates',
  run: (context) =>
    updateDocuments(context, {
      collection: 'templates',
      filter: isMissing('usersDecideHeldRuns'),
      projection: { _id: 1 },
      update: () => ({ $set: { usersDecideHeldRuns: false } }),
    }),
};

const jobs: MigrationStep = {
  name: 'jobs',
  run: (context) =>
    updateDocuments(context, {
      collection: 'import_jobs',
      filter: isMissing('bodyLimit'),
      projection: { whenHeld: 1, heldRunId: 1, guardRails: 1, changeDetection: 1, fetchState: 1 },
      update: ({ whenHeld = 'replace', heldRunId = null, guardRails, changeDetection, fetchState }) => ({
        $set: {
          whenHeld,
          heldRunId,
          bodyLimit: null,
          guardRails: isFields(guardRails) ? { sourceIncomplete: 'hold', ...guardRails } : guardRails,
          fetchState: completeFetchState(
            fetchState,
            isFields(changeDetection) ? changeDetection.ignoreColumns : null,
          ),
        },
      }),
    }),
};

/** Matches a part that is there, and was stored before it had the member. */
const isPartWithout = (part: string, member: string) => ({
  [part]: { $type: 'object' },
  ...isMissing(`${part}.${member}`),
});

const completeDecision = (decision: unknown): unknown =>
  isFields(decision) && decision.action === 'release' ? { identifyBy: null, ...decision } : decision;

const runs: MigrationStep = {
  name: 'runs',
  run: (context) =>
    updateDocuments(context, {
      collection: 'runs',
      filter: {
        $or: [
          isMissing('replacedBy'),
          isPartWithout('held', 'repair'),
          { 'decision.action': 'release', ...isMissing('decision.identifyBy') },
          isPartWithout('fetchStateAfter', 'ignoredColumns'),
          isPartWithout('ending.fetchState', 'ignoredColumns'),
        ],
      },
      projection: {
        held: 1,
        decision: 1,
        decisionDeliveryId: 1,
        replacedBy: 1,
        fetchStateAfter: 1,
        ending: 1,
        sealedProposal: 1,
      },
      update: (run) => ({ $set: toRun(run, context.cipher) }),
    }),
};

const toRun = (
  {
    _id,
    held = null,
    decision = null,
    decisionDeliveryId = null,
    replacedBy = null,
    fetchStateAfter,
    ending,
    sealedProposal,
  }: AnyDocument,
  cipher: Cipher,
) => ({
  held: isFields(held) ? { repair: null, ...held } : held,
  decision: completeDecision(decision),
  decisionDeliveryId,
  replacedBy,
  fetchStateAfter: completeFetchState(fetchStateAfter),
  ending: isFields(ending) ? { ...ending, fetchState: completeFetchState(ending.fetchState) } : ending,
  sealedProposal: completeProposal(sealedProposal, { runId: String(_id), cipher }),
});

/** The settings of a dry run that has not ended, in which no column is ignored. */
function completeProposal(
  sealed: unknown,
  { runId, cipher }: { runId: string; cipher: Cipher },
): string | undefined {
  if (typeof sealed !== 'string') return undefined;
  const context = `run:${runId}:proposal`;
  const { changeDetection, ...proposal } = JSON.parse(cipher.decrypt(sealed, context));
  if (!isFields(changeDetection)) return sealed;
  const completed = { ...proposal, changeDetection: { ignoreColumns: [], ...changeDetection } };
  return cipher.encrypt(JSON.stringify(completed), context);
}

export const toVersion4: readonly MigrationStep[] = [
  columnsOf('templates'),
  columnsOf('import_jobs'),
  templates,
  jobs,
  runs,
  deliveries,
];
