import type { Cipher } from '../create-aes-cipher.js';
import {
  type AnyDocument,
  dropIndexesOf,
  isFields,
  type MigrationContext,
  type MigrationStep,
  updateDocuments,
} from './migration.js';

// From version 0, the form before there was a version, to version 1: one word for one meaning in all stored names,
// opaque source versions, and secrets that are sealed by the list of secret fields of their kind.

const isText = (value: unknown): value is string => typeof value === 'string';

const has = (field: string) => ({ [field]: { $exists: true } });

const rename = (value: unknown, names: Readonly<Record<string, string>>): unknown =>
  isText(value) ? (names[value] ?? value) : value;

const PHASES = { reading: 'ingest', guarding: 'guard', delivering: 'deliver' };
const TRIGGERS = { manual: 'person', replay: 'person' };
const RETRACTS = { nothing: 'none' };

/** The etag and date of the last fetch become the version of the source. */
function toFetchState(old: unknown): unknown {
  if (!isFields(old) || 'version' in old) return old;
  const { etag, lastModified, ...rest } = old;
  const validators = { etag: etag || null, lastModified: lastModified || null };
  const version = etag || lastModified ? JSON.stringify(validators) : null;
  return { version, ...rest };
}

interface Secret {
  readonly path: string;
  readonly value: unknown;
}

const seal = (secrets: readonly Secret[], { cipher, owner }: { cipher: Cipher; owner: string }) =>
  secrets.map(({ path, value }) => ({
    path,
    text: cipher.encrypt(JSON.stringify(value), `${owner}.${path}`),
  }));

function toSource(old: unknown, { jobId, cipher }: { jobId: string; cipher: Cipher }): unknown {
  if (!isFields(old)) return old;
  const { sealedUrl, sealedHeaders, basicAuth, ...rest } = old;
  const owner = `job:${jobId}:source`;
  const secrets: Secret[] = [];
  if (isText(sealedUrl)) secrets.push({ path: 'url', value: cipher.decrypt(sealedUrl, `${owner}.url`) });
  if (isText(sealedHeaders))
    secrets.push({
      path: 'headers',
      value: JSON.parse(cipher.decrypt(sealedHeaders, `${owner}.headers`)),
    });
  if (isFields(basicAuth) && isText(basicAuth.sealedPassword))
    secrets.push({
      path: 'basicAuth.password',
      value: cipher.decrypt(basicAuth.sealedPassword, `${owner}.password`),
    });
  const readable = isFields(basicAuth) ? { ...rest, basicAuth: { username: basicAuth.username } } : rest;
  return { ...readable, sealed: seal(secrets, { cipher, owner }) };
}

function toDestination(
  old: unknown,
  { templateId, cipher }: { templateId: string; cipher: Cipher },
): unknown {
  if (!isFields(old)) return old;
  const { sealedUrl, authHeader, ...rest } = old;
  const owner = `template:${templateId}:destination`;
  const secrets: Secret[] = [];
  if (isText(sealedUrl)) secrets.push({ path: 'url', value: cipher.decrypt(sealedUrl, `${owner}.url`) });
  if (isFields(authHeader) && isText(authHeader.sealedValue))
    secrets.push({
      path: 'authHeader.value',
      value: cipher.decrypt(authHeader.sealedValue, `${owner}.authHeader`),
    });
  const readable = isFields(authHeader) ? { ...rest, authHeader: { name: authHeader.name } } : rest;
  return { ...readable, sealed: seal(secrets, { cipher, owner }) };
}

/** The proposal of a dry run names its parse options in the new way. */
function toProposal(sealed: unknown, { runId, cipher }: { runId: string; cipher: Cipher }): unknown {
  if (!isText(sealed)) return undefined;
  const context = `run:${runId}:proposal`;
  const { reading, ...rest } = JSON.parse(cipher.decrypt(sealed, context));
  return cipher.encrypt(JSON.stringify({ ...rest, parseOptions: reading }), context);
}

/**
 * The facts that events repeat have the trigger in its new form only if no event was made from them: a delivery that
 * is sent again must have the same bytes.
 */
function toAboutJson({ aboutJson, step, ending }: AnyDocument): unknown {
  const isSilent = (step === 'waiting' || step === 'reading' || step === 'guarding') && !ending;
  if (!isSilent || !isText(aboutJson)) return aboutJson;
  const about = JSON.parse(aboutJson);
  return JSON.stringify({ ...about, trigger: rename(about.trigger, TRIGGERS) });
}

function toResponse(old: unknown, { id, cipher }: { id: string; cipher: Cipher }): unknown {
  if (!isFields(old)) return old;
  return { status: old.status, sealedBody: cipher.encrypt(String(old.body), `idempotency:${id}`) };
}

function toEnding(old: unknown): unknown {
  if (!isFields(old)) return old;
  const { takesBack, fetchState, ...rest } = old;
  return { ...rest, retracts: rename(takesBack, RETRACTS), fetchState: toFetchState(fetchState) };
}

const toRun = (run: AnyDocument, cipher: Cipher) => ({
  phase: rename(run.step, PHASES),
  trigger: rename(run.trigger, TRIGGERS),
  attempt: run.claims,
  stagedAttempt: run.stagedClaim,
  attemptsSinceRequeue: run.attempts,
  ending: toEnding(run.ending),
  fetchStateAfter: toFetchState(run.fetchStateAfter),
  sealedProposal: toProposal(run.sealedProposal, { runId: String(run._id), cipher }),
  aboutJson: toAboutJson(run),
});

/** Keys and secrets become lists, in which the replaced ones stay until their grace period ends. */
const toCredentials = ({
  secretKeyHash,
  publishableKeyHash,
  userTokenSecret,
  webhookSecrets,
}: AnyDocument) => ({
  secretKeys: [{ hash: secretKeyHash, prefix: null, validUntil: null }],
  publishableKeys: [{ hash: publishableKeyHash, prefix: null, validUntil: null }],
  userTokenSecrets: [{ sealed: userTokenSecret, validUntil: null }],
  webhookSecrets: Array.isArray(webhookSecrets)
    ? webhookSecrets.map((sealed) => ({ sealed, validUntil: null }))
    : [],
  credentialsRevision: 1,
});

/** Fails with the wrong key before anything has changed. */
async function checkEncryptionKey({ db, cipher }: MigrationContext): Promise<void> {
  const project = await db.collection<AnyDocument>('projects').findOne(has('userTokenSecret'));
  if (isText(project?.userTokenSecret))
    cipher.decrypt(project.userTokenSecret, `project:${project._id}:userTokenSecret`);
}

export const toVersion1: readonly MigrationStep[] = [
  {
    name: 'projects',
    async run(context) {
      await checkEncryptionKey(context);
      // The unique indexes go first: they accept only one project without the old field.
      for (const field of ['secretKeyHash', 'publishableKeyHash'])
        await dropIndexesOf(context, { collection: 'projects', field });
      await updateDocuments(context, {
        collection: 'projects',
        filter: has('secretKeyHash'),
        update: (project) => ({
          $set: toCredentials(project),
          $unset: { secretKeyHash: 1, publishableKeyHash: 1, userTokenSecret: 1 },
        }),
      });
    },
  },
  {
    name: 'templates',
    run: (context) =>
      updateDocuments(context, {
        collection: 'templates',
        filter: { destination: { $type: 'object' }, 'destination.sealed': { $exists: false } },
        update: ({ _id, destination }) => ({
          $set: {
            destination: toDestination(destination, { templateId: String(_id), cipher: context.cipher }),
          },
        }),
      }),
  },
  {
    name: 'jobs',
    run: (context) =>
      updateDocuments(context, {
        collection: 'import_jobs',
        filter: has('reading'),
        update: ({ _id, reading, source, fetchState }) => ({
          $set: {
            parseOptions: reading,
            source: toSource(source, { jobId: String(_id), cipher: context.cipher }),
            fetchState: toFetchState(fetchState),
          },
          $unset: { reading: 1 },
        }),
      }),
  },
  {
    name: 'runs',
    run: (context) =>
      updateDocuments(context, {
        collection: 'runs',
        filter: has('step'),
        update: (run) => ({
          $set: toRun(run, context.cipher),
          $unset: { step: 1, claims: 1, stagedClaim: 1, attempts: 1 },
        }),
      }),
  },
  {
    name: 'deliveries',
    run: (context) =>
      updateDocuments(context, {
        collection: 'deliveries',
        filter: has('claim'),
        projection: { claim: 1, status: 1 },
        update: ({ claim, status }) => ({
          $set: { runAttempt: claim, status: rename(status, { held: 'staged' }) },
          $unset: { claim: 1 },
        }),
      }),
  },
  {
    name: 'bodies of deliveries and pages of issues',
    async run(context) {
      for (const collection of ['delivery_bodies', 'issue_pages']) {
        await updateDocuments(context, {
          collection,
          filter: has('claim'),
          projection: { claim: 1 },
          update: ({ claim }) => ({ $set: { runAttempt: claim }, $unset: { claim: 1 } }),
        });
        await dropIndexesOf(context, { collection, field: 'claim' });
      }
    },
  },
  {
    name: 'responses of idempotency keys',
    run: (context) =>
      updateDocuments(context, {
        collection: 'idempotency_keys',
        filter: has('response.body'),
        update: ({ _id, response }) => ({
          $set: { response: toResponse(response, { id: String(_id), cipher: context.cipher }) },
        }),
      }),
  },
  {
    name: 'the queue',
    run: (context) =>
      updateDocuments(context, {
        collection: 'work',
        filter: has('heldBy'),
        projection: { heldBy: 1 },
        update: ({ heldBy }) => ({ $set: { lockedBy: heldBy }, $unset: { heldBy: 1 } }),
      }),
  },
];
