import {
  DEFAULT_RETENTION,
  DEFAULT_USER_TOKENS,
  type Heading,
  NO_COUNTS,
  type RunIssue,
  type Template,
  templateInputSchema,
  type UploadFile,
} from '@inlet/contracts';
import type {
  Delivery,
  FeedJob,
  FetchState,
  NewDelivery,
  ProjectCredentials,
  Run,
  Upload,
  UploadJob,
} from '@inlet/workflow';
import { at, type Suite } from './store-under-test.js';

type Ids = Pick<Suite, 'newId'>;

export const SECRETS = {
  userToken: 'SECRET-user-token',
  webhook: 'SECRET-webhook-new',
  oldWebhook: 'SECRET-webhook-old',
  authHeader: 'SECRET-destination-header',
  header: 'SECRET-source-header',
  password: 'SECRET-source-password',
  urlPassword: 'SECRET-url-password',
};

export function makeProject({ newId }: Ids, change: Partial<ProjectCredentials> = {}): ProjectCredentials {
  const id = newId('prj');
  return {
    project: {
      id,
      name: `Project ${id}`,
      createdAt: at(0),
      allowedOrigins: [`https://${id.slice(-4)}.example`],
      isDevelopment: false,
      shareMappings: false,
      retention: DEFAULT_RETENTION,
      userTokens: DEFAULT_USER_TOKENS,
    },
    secretKeys: [{ hash: `secret-hash-of-${id}`, prefix: 'inlet_sk_abcd', validUntil: null }],
    publishableKeys: [{ hash: `publishable-hash-of-${id}`, prefix: null, validUntil: null }],
    userTokenSecrets: [{ value: SECRETS.userToken, validUntil: null }],
    webhookSecrets: [
      { value: SECRETS.webhook, validUntil: null },
      { value: SECRETS.oldWebhook, validUntil: at(60) },
    ],
    revision: 1,
    ...change,
  };
}

export function makeTemplate({ newId }: Ids, change: Partial<Template> = {}): Template {
  const id = newId('tpl');
  const input = templateInputSchema.parse({
    code: id.replaceAll('_', '-'),
    name: 'Articles',
    columns: [
      {
        key: 'title',
        name: 'Title',
        required: { severity: 'warning' },
        forbidden: { values: ['$x', 'a.b', ''] },
      },
      { key: 'a.b', name: 'Kind', type: 'select', options: [{ value: '1', alternatives: ['one'] }] },
    ],
    identity: ['title'],
    uniqueTogether: [{ columns: ['title', 'a.b'] }],
    destination: {
      url: 'https://user:SECRET-url-password@hooks.example.com/in?x=1',
      authHeader: { name: 'x-token', value: SECRETS.authHeader },
    },
  });
  return {
    ...input,
    id,
    projectId: newId('prj'),
    revision: 1,
    createdAt: at(0),
    updatedAt: at(0),
    ...change,
  };
}

export const FETCHED: FetchState = {
  version: '{"etag":"\\"1\\"","lastModified":null}',
  pages: 3,
  checkedAt: at(0),
  configHash: 'config',
  filterHash: 'filter',
  hasUnsentRekeys: true,
  movedFrom: null,
  movedTo: null,
  movedTimes: 0,
  body: {
    digest: 'a1b2',
    bytes: 1234,
    records: 5,
    excluded: 2,
    empty: 1,
    warnings: [{ code: 'xml_truncated', message: 'The file ends early.', line: 3, column: 4 }],
  },
  pathsWithValues: ['title', '$a.b'],
  incomplete: 'root_open',
  rowIdentity: { by: '["title"]', basis: 'id', paths: { id: 'sku', link: null } },
  ignoredColumns: ['a.b'],
};

export const NOT_FETCHED: FetchState = {
  version: null,
  pages: 1,
  checkedAt: null,
  configHash: null,
  filterHash: null,
  hasUnsentRekeys: false,
  movedFrom: null,
  movedTo: null,
  movedTimes: 0,
  body: null,
  pathsWithValues: [],
  incomplete: null,
  rowIdentity: null,
  ignoredColumns: null,
};

export function makeJob({ newId }: Ids, change: Partial<FeedJob> = {}): FeedJob {
  return {
    id: newId('job'),
    kind: 'feed',
    projectId: newId('prj'),
    templateId: newId('tpl'),
    externalUserId: 'user-1',
    label: 'News',
    status: 'active',
    pausedBecause: null,
    source: {
      kind: 'url',
      url: 'https://reader:SECRET-url-password@feeds.example.com/a b?q=1#x',
      headers: { 'x.api-key': SECRETS.header, $odd: '1' },
      basicAuth: { username: 'reader', password: SECRETS.password },
    },
    recordPath: '/rss/channel/item',
    parseOptions: {},
    mapping: [{ column: 'title', path: 'title', transforms: [{ kind: 'trim' }] }],
    identity: { by: 'template' },
    firstRun: 'all',
    filter: null,
    columns: null,
    schedule: { kind: 'minutes', every: 5, timeZone: 'UTC' },
    overlap: 'skip',
    changeDetection: { send: 'new_and_changed', removed: false, ignoreColumns: [] },
    guardRails: {
      maxInvalidPercent: 50,
      maxRemovedPercent: 30,
      holdWhenEmpty: true,
      holdOnDrift: true,
      holdOnChurn: true,
      sourceIncomplete: 'hold',
      pauseAfterFailures: 10,
    },
    whenHeld: 'replace',
    extra: { $where: { 'a.b': [1, null, {}], '': 'empty' }, 2: 'two', z: 1, a: 2 },
    nextRunAt: at(300),
    activeRunId: null,
    heldRunId: null,
    hasQueuedTick: false,
    lastRun: null,
    failuresInARow: 0,
    knownItems: 0,
    itemStateId: null,
    fetchState: NOT_FETCHED,
    bodyLimit: null,
    temporaryUntil: null,
    runCount: 0,
    revision: 1,
    createdAt: at(0),
    updatedAt: at(0),
    ...change,
  };
}

/** A job that takes the rows of uploads. */
export function makeUploadJob(ids: Ids, change: Partial<UploadJob> = {}): UploadJob {
  const { source: _, schedule: __, ...fields } = makeJob(ids);
  return {
    ...fields,
    kind: 'upload',
    source: null,
    schedule: null,
    mapping: [],
    nextRunAt: null,
    ...change,
  };
}

export function makeRun({ newId }: Ids, change: Partial<Run> = {}): Run {
  const projectId = change.projectId ?? newId('prj');
  const jobId = change.jobId ?? newId('job');
  const id = newId('run');
  const templateId = newId('tpl');
  return {
    id,
    projectId,
    jobId,
    templateId,
    externalUserId: 'user-1',
    trigger: 'schedule',
    isDryRun: false,
    proposal: null,
    upload: null,
    outcome: 'queued',
    phase: 'waiting',
    counts: NO_COUNTS,
    error: null,
    held: null,
    decision: null,
    decisionDeliveryId: null,
    replacedBy: null,
    undoes: null,
    undoneBy: null,
    warnings: [],
    scheduledFor: at(0),
    lateMs: 12,
    skippedTicks: 0,
    isCancelRequested: false,
    leaseOwner: null,
    leaseUntil: null,
    attempt: 0,
    stagedAttempt: 0,
    attemptsSinceRequeue: 0,
    failedFetches: 0,
    resumeAt: null,
    itemStateBefore: null,
    fetchStateAfter: null,
    knownItemsAfter: null,
    ending: null,
    closingDeliveryId: newId('dlv'),
    about: {
      projectId,
      jobId,
      runId: id,
      templateId,
      templateCode: 'articles',
      externalUserId: 'user-1',
      label: 'News',
      trigger: 'schedule',
      extra: { 'a.b': { $set: 1 } },
    },
    sample: [],
    createdAt: at(0),
    startedAt: null,
    finishedAt: null,
    ...change,
  };
}

export const makeFile = ({ newId }: Ids, change: Partial<UploadFile> = {}): UploadFile => ({
  id: newId('fil'),
  name: 'Müller & $ons.csv',
  sizeBytes: null,
  receivedBytes: 0,
  sha256: null,
  format: null,
  encoding: null,
  delimiter: null,
  worksheets: [],
  worksheet: null,
  sameAs: null,
  error: null,
  mismatch: null,
  ...change,
});

const HEADING: Heading = {
  path: 'a.b',
  label: '$a.b',
  coverage: 0.5,
  records: 2,
  samples: ['', '$1'],
  repeats: false,
  mostRepeats: 1,
  isAboveRecord: false,
  proposedType: 'text',
};

export function makeUpload(ids: Ids, change: Partial<Upload> = {}): Upload {
  const { newId } = ids;
  const files = change.files ?? [makeFile(ids)];
  return {
    id: newId('upl'),
    projectId: newId('prj'),
    templateId: newId('tpl'),
    externalUserId: 'user-1',
    jobId: newId('job'),
    origin: 'person',
    label: 'Berths',
    locale: 'de-CH',
    extra: { $where: { 'a.b': [1, null, {}], '': 'empty' } },
    columns: null,
    status: 'receiving',
    header: { fileId: files[0]?.id ?? newId('fil'), rows: 1, row: 3 },
    headings: [HEADING],
    mapping: [{ column: 'title', path: 'a.b', transforms: [{ kind: 'trim' }] }],
    counts: { rows: 0, valid: 0, invalid: 0, warnings: 0, blank: 0, hidden: 0, delivered: 0 },
    scan: 0,
    isScanned: false,
    revision: 0,
    lastEditId: null,
    customColumns: [],
    rejections: null,
    finish: null,
    runIds: [],
    undoneRunIds: [],
    contentsRemovedAt: null,
    error: null,
    automation: null,
    reviewLinks: [],
    leaseOwner: null,
    leaseUntil: null,
    createdAt: at(0),
    updatedAt: at(0),
    expiresAt: at(3600),
    ...change,
    files,
  };
}

/** Size of a body or item state that a store may keep in its own documents. */
export const LARGE_BYTES = 70_000;

/** A delivery whose body contains its id. */
export function makeDelivery(
  { newId }: Ids,
  change: Partial<Delivery> = {},
  { bodyBytes = 0 }: { bodyBytes?: number } = {},
): NewDelivery {
  const id = change.id ?? newId('dlv');
  const body = Buffer.from(`{"rowKey":"${id}"}`.padEnd(bodyBytes));
  const delivery: Delivery = {
    id,
    projectId: newId('prj'),
    jobId: newId('job'),
    runId: newId('run'),
    templateId: newId('tpl'),
    runAttempt: 1,
    replayOf: null,
    type: 'import.records',
    number: 1,
    rows: 10,
    bytes: body.length,
    status: 'staged',
    reason: null,
    attemptCount: 0,
    attempts: [],
    nextAttemptAt: null,
    rowsRejected: 0,
    createdAt: at(0),
    acknowledgedAt: null,
    ...change,
  };
  return { delivery, body, expiresAt: null };
}

export const makeIssue = (record: number): RunIssue => ({
  record,
  rowKey: record % 2 === 0 ? null : `key-${record}`,
  columnKey: 'a.b',
  code: 'too_long',
  message: `Record ${record} is too long.`,
  severity: 'error',
  ...(record % 3 === 0 ? { value: '$' } : {}),
});
