import type {
  Decision,
  Identity,
  InletError,
  JobStatus,
  Page,
  PageQuery,
  Project,
  ProjectSettings,
  RunCounts,
  RunIssue,
  Template,
  TemplateInput,
} from '@inlet/contracts';
import type { ErasureStore } from './erasures.js';
import type { FileMemoryStore } from './file-memories.js';
import type {
  BodyLimit,
  Delivery,
  DeliveryRef,
  DueDelivery,
  FeedJob,
  ItemStateRef,
  Job,
  JobChanges,
  JobEnd,
  JobRef,
  NewDelivery,
  Run,
  RunAttemptRef,
  RunChanges,
  RunRef,
  RunsRef,
  StoredAttempt,
  TemplateRef,
  UploadJob,
} from './model.js';
import type { FileStore, SheetStore, UploadStore } from './uploads.js';

/** Every look-up is by project and id: nothing of another project is ever found. Operations return plain objects. */

/** A key that callers send. Only its hash is stored. */
export interface StoredKey {
  /** SHA-256, hex. */
  readonly hash: string;
  /** The first characters of the key; null if it was created before they were stored. */
  readonly prefix: string | null;
  /** End of the grace period after a rotation; null for the current key. */
  readonly validUntil: Date | null;
}

/** A secret that Inlet itself signs or verifies with. */
export interface StoredSecret {
  readonly value: string;
  /** End of the grace period after a rotation; null for the current secret. */
  readonly validUntil: Date | null;
}

/** The newest first in each list. */
export interface CredentialLists {
  readonly secretKeys: readonly StoredKey[];
  readonly publishableKeys: readonly StoredKey[];
  readonly userTokenSecrets: readonly StoredSecret[];
  readonly webhookSecrets: readonly StoredSecret[];
}

export interface ProjectCredentials extends CredentialLists {
  readonly project: Project;
  /** Incremented by every change of a list. */
  readonly revision: number;
}

export interface CredentialChange {
  readonly lists: CredentialLists;
  readonly expectedRevision: number;
}

export interface KeyOwner {
  readonly project: Project;
  readonly kind: 'secret' | 'publishable';
  /** End of the grace period of the key; null for a current one. */
  readonly validUntil: Date | null;
}

export interface ProjectStore {
  insert(credentials: ProjectCredentials): Promise<void>;
  get(projectId: string): Promise<ProjectCredentials | null>;
  /** Finds the project of a key that is valid at `now`, by the SHA-256 of the key, hex. */
  findByKeyHash(hash: string, now: Date): Promise<KeyOwner | null>;
  /** Replaces all lists; false if the project is gone or was changed after `expectedRevision`. */
  changeCredentials(projectId: string, change: CredentialChange): Promise<boolean>;
  /** Replaces the settings that are named; null if the project does not exist. */
  updateSettings(projectId: string, settings: Partial<ProjectSettings>): Promise<Project | null>;
  list(): Promise<readonly Project[]>;
}

export interface TemplateReplacement {
  readonly input: TemplateInput;
  readonly expectedRevision: number;
  readonly updatedAt: Date;
}

export interface TemplateStore {
  /** `code_taken` if another template of the project has the code. */
  insert(template: Template): Promise<'inserted' | 'code_taken'>;
  get(template: TemplateRef): Promise<Template | null>;
  getByCode(projectId: string, code: string): Promise<Template | null>;
  list(projectId: string, page: PageQuery): Promise<Page<Template>>;
  /** Increments the revision. `changed_meanwhile` if the template is gone or its revision is not `expectedRevision`. */
  replace(
    template: TemplateRef,
    options: TemplateReplacement,
  ): Promise<'replaced' | 'code_taken' | 'changed_meanwhile'>;
  remove(template: TemplateRef): Promise<boolean>;
}

export interface JobUpdate {
  readonly changes: JobChanges;
  readonly expectedRevision?: number | undefined;
  readonly now: Date;
}

/** Moves a job's next run from `at` to `next`; null ends the job. */
export interface TickMove {
  readonly at: Date;
  readonly next: Date | null;
}

export interface RunActivation {
  readonly runId: string;
  readonly tick: TickMove | null;
  readonly isHeld?: boolean | undefined;
  /** The new identity of the job. */
  readonly identity?: Identity | undefined;
}

export interface ActiveRunEnd {
  readonly runId: string;
  /** The fields on which `end` was decided. */
  readonly seen: Pick<Job, 'status' | 'hasQueuedTick' | 'failuresInARow' | 'revision'>;
  readonly end: JobEnd;
}

/** The parts of an active job that decide when it runs. */
export type ScheduledJob = Pick<
  FeedJob,
  'id' | 'projectId' | 'externalUserId' | 'status' | 'schedule' | 'createdAt' | 'nextRunAt' | 'lastRun'
>;

/** Things that wait for a time later than `after`, those that wait longest first. */
export interface PutOffQuery {
  readonly after: Date;
  readonly limit: number;
}

export interface JobsOfUserQuery extends PageQuery {
  readonly externalUserId: string;
  readonly kind: Job['kind'];
  /** Without it, jobs of all templates are listed. */
  readonly templateId?: string | undefined;
  /** Whether temporary drafts of the widget are listed, too. */
  readonly withTemporary: boolean;
}

export interface JobStore {
  insert(job: Job): Promise<void>;
  /** Inserts the job, unless its template and user have one of kind `upload`. Returns the one that is stored. */
  findOrInsert(job: UploadJob): Promise<UploadJob>;
  get(job: JobRef): Promise<Job | null>;
  listOfUser(projectId: string, options: JobsOfUserQuery): Promise<Page<Job>>;
  listOfTemplate(template: TemplateRef): Promise<readonly Job[]>;
  /** Increments the revision. null if the job is gone or its revision is not `expectedRevision`. */
  change(job: JobRef, options: JobUpdate): Promise<Job | null>;
  remove(job: JobRef): Promise<boolean>;

  /**
   * Makes `runId` the job's active run and returns the job; null if the job has an active run already. With `tick`,
   * the job must be active and its next run must still be at `tick.at`, which moves to `tick.next`: no tick is
   * taken twice. With `isHeld`, it must be the job's held run. With `identity`, it also changes that and increments the
   * revision. One atomic operation.
   */
  setActiveRun(job: JobRef, options: RunActivation): Promise<Job | null>;
  /** Clears the job's held run if it is `runId`. If it is also the job's last run, that is cancelled. */
  clearHeldRun(job: JobRef, runId: string): Promise<void>;
  /**
   * Moves the next run without starting one. With `isQueued`, the tick waits for the end of the active run. False
   * if it was moved already, or if `isQueued` and no run is active. One atomic operation.
   */
  moveTick(job: JobRef, tick: TickMove & { readonly isQueued: boolean }): Promise<boolean>;
  /** Stores the limit that a receiver has shown. Not a change that a person makes. */
  setBodyLimit(job: JobRef, limit: BodyLimit): Promise<void>;
  /** Clears the item state, the fetch state and the held run. */
  reset(job: JobRef): Promise<void>;
  /**
   * Ends the active run: clears it and any queued tick, applies `end`, and returns the job. null if `runId` is not
   * the active run or the job no longer matches `seen`. One atomic operation.
   */
  endActiveRun(job: JobRef, options: ActiveRunEnd): Promise<Job | null>;
  counts(): Promise<Record<JobStatus, number>>;
  /** Temporary drafts whose time is over. */
  listExpired(options: { now: Date; limit: number }): Promise<readonly Job[]>;
  /** Active jobs without an active run whose next run was due before `before`: their tick may have been lost. */
  listOverdue(options: { before: Date; limit: number }): Promise<readonly Job[]>;
  /** Active jobs with a next run, by id, from the one that follows `after`. */
  listScheduled(options: { after: string | null; limit: number }): Promise<readonly ScheduledJob[]>;
}

export interface RunUpdate {
  readonly owner: string;
  readonly leaseUntil: Date;
  readonly changes: RunChanges;
}

export interface LeaseRequest {
  /** Unique for each request. */
  readonly owner: string;
  readonly now: Date;
  readonly leaseUntil: Date;
}

/** A decision about a held run, with the ids of the events that follow from it. */
export interface RunDecision {
  readonly decision: Decision;
  readonly decisionDeliveryId: string;
  readonly closingDeliveryId: string;
  readonly now: Date;
}

/** A run that may be removed. */
export type OldRun = Pick<Run, 'id' | 'projectId' | 'jobId' | 'outcome' | 'isDryRun'>;

export interface OldRunsQuery {
  readonly finishedBefore: Date;
  readonly now: Date;
  readonly limit: number;
}

export interface RunStore {
  insert(run: Run): Promise<void>;
  get(run: RunRef): Promise<Run | null>;
  listOfJob(job: JobRef, page: PageQuery): Promise<Page<Run>>;
  /**
   * Leases an unfinished run whose lease is free or has expired, and increments `attempt` and
   * `attemptsSinceRequeue`. null if the run is leased or finished.
   */
  acquireLease(run: RunRef, options: LeaseRequest): Promise<Run | null>;
  /**
   * Changes a run that `owner` has leased, and renews the lease; null if the lease was lost. An outcome that ends
   * the run removes its proposal.
   */
  update(run: RunRef, options: RunUpdate): Promise<Run | null>;
  /** Ends the lease; the run continues at `resumeAt`. */
  endLease(run: RunRef, options: { owner: string; resumeAt: Date | null }): Promise<void>;
  /**
   * Stores the decision about a held run and makes it an unfinished one, due now: with phase `release` for a release,
   * `finish` for a discard. A release with another identity has phase `waiting` and no findings. null if the run is not held or somebody has decided it. One atomic operation.
   */
  decide(run: RunRef, options: RunDecision): Promise<Run | null>;
  /** Ends a held run that nobody has decided as cancelled. False if it is not held or somebody has decided it. */
  cancelHeld(run: RunRef, options: { replacedBy: string | null }): Promise<boolean>;
  /** Replaces `undoneBy`; false if it is no longer `from`. */
  setUndo(run: RunRef, change: { from: string | null; to: string | null }): Promise<boolean>;
  /** Sets the request on an unfinished run, whether or not it is leased. */
  requestCancel(run: RunRef): Promise<boolean>;
  /** Replaces the counts of a run after a replay; false if they are no longer `from`. */
  replaceCounts(run: RunRef, counts: { from: RunCounts; to: RunCounts }): Promise<boolean>;
  addSkippedTick(run: RunRef): Promise<void>;
  /** Unfinished runs without a lease that were due to continue before `before`. */
  listStranded(options: { before: Date; limit: number }): Promise<readonly Run[]>;
  /** Unfinished runs without a lease that continue after a time, or that were created after it. */
  listPutOff(query: PutOffQuery): Promise<readonly Run[]>;
  /** Shortens leases that end after `after`, so that they end at `to`. */
  shortenLeases(options: { after: Date; to: Date }): Promise<void>;
  /** Removes an unfinished run that never started, if its lease is that of `owner` (null: if it has none). */
  remove(run: RunRef, options: { owner: string | null }): Promise<void>;
  removeOfJob(job: JobRef): Promise<void>;
  /**
   * Runs that finished before: the oldest first, then those that `keepUntil` kept until a time that is over. Held ones
   * are among them.
   */
  listOld(options: OldRunsQuery): Promise<readonly OldRun[]>;
  /** The ids of the newest runs of a job. */
  listNewestIds(job: JobRef, options: { limit: number }): Promise<readonly string[]>;
  /** Leaves the runs out of `listOld` until then. */
  keepUntil(runs: RunsRef, keptUntil: Date): Promise<void>;
  /** Removes those of the runs that have finished before and that nobody can decide about. */
  removeOld(runs: RunsRef, options: { finishedBefore: Date }): Promise<void>;
}

/** Issues of one attempt of a run. */
export interface IssuePage extends RunAttemptRef {
  readonly jobId: string;
  readonly number: number;
  readonly issues: readonly RunIssue[];
}

/** Numbers of pages, without `end`. */
export interface PageRange {
  readonly start: number;
  readonly end: number;
}

export interface IssueStore {
  /**
   * Stores a page of some hundred issues, or replaces it. `number` orders the pages of an attempt; there may be
   * gaps.
   */
  insertPage(page: IssuePage): Promise<void>;
  list(attempt: RunAttemptRef, page: PageQuery): Promise<Page<RunIssue>>;
  /** All issues of an attempt, or those of some pages, in order. */
  stream(attempt: RunAttemptRef, pages?: PageRange): AsyncIterable<readonly RunIssue[]>;
  removePages(attempt: RunAttemptRef, pages: PageRange): Promise<void>;
  /** Removes the issues of earlier attempts of a run. */
  removeOfRun(run: RunRef, options: { beforeAttempt: number }): Promise<void>;
  removeOfRuns(runs: RunsRef): Promise<void>;
  removeOfJob(job: JobRef): Promise<void>;
}

/** One attempt of a delivery and its consequences. */
export interface AttemptResult {
  /** null for a batch that was split instead of being sent. */
  readonly attempt: StoredAttempt | null;
  readonly status: 'pending' | 'acknowledged' | 'failed' | 'discarded';
  readonly reason?: Delivery['reason'] | undefined;
  readonly nextAttemptAt: Date | null;
  readonly rowsRejected: number;
  /** 1 if the batch is acknowledged and the receiver's answer could not be read, else 0. */
  readonly answersUnread: number;
  readonly acknowledgedAt: Date | null;
  /** When the delivery and its body may be removed. */
  readonly expiresAt: Date | null;
}

export interface DeliveryTotals {
  readonly batches: number;
  readonly rows: number;
  readonly rowsRejected: number;
  /** Acknowledged batches whose answer could not be read. */
  readonly answersUnread: number;
}

/** The outbox of a run, by delivery status. */
export type OutboxSummary = Readonly<Record<Delivery['status'], DeliveryTotals>>;

export interface DiscardOptions {
  readonly expiresAt: Date;
  /** Number of the first batch. */
  readonly from?: number | undefined;
}

export interface DeliveryStore {
  /** Resolves when the deliveries are durable. A delivery whose id exists already is not changed. */
  insert(deliveries: readonly NewDelivery[]): Promise<void>;
  get(delivery: DeliveryRef): Promise<Delivery | null>;
  body(delivery: DeliveryRef): Promise<Buffer | null>;
  listOfRun(run: RunRef, page: PageQuery): Promise<Page<Delivery>>;
  /** Pending batches of a run that are due, replays included, in order, with their bodies if these are small. */
  listDue(run: RunRef, options: { now: Date; limit: number }): Promise<readonly DueDelivery[]>;
  /** When the next pending batch of a run is due; null if none is pending. */
  nextAttemptAt(run: RunRef): Promise<Date | null>;
  /** Makes the staged deliveries of an attempt pending at `now`. */
  release(attempt: RunAttemptRef, now: Date): Promise<void>;
  /** Keeps the staged deliveries of an attempt until they are released or discarded, however long that takes. */
  keepStaged(attempt: RunAttemptRef): Promise<void>;
  /** The staged deliveries of an attempt, the last first. */
  streamStaged(attempt: RunAttemptRef): AsyncIterable<Delivery>;
  /**
   * Discards the staged and pending batches of a run: their bodies are removed now, the deliveries at `expiresAt`.
   * With `from`, only those with this number or a later one. Other events stay.
   */
  discard(run: RunRef, options: DiscardOptions): Promise<void>;
  recordAttempt(delivery: DeliveryRef, record: AttemptResult): Promise<void>;
  /** Counts the batches of a run (deliveries of type `import.records`) and their rows, without replays. */
  summarize(run: RunRef): Promise<OutboxSummary>;
  /**
   * Makes a failed delivery pending at `now`, under the same id and without its attempts. False if it has not failed,
   * has no body, or has expired.
   */
  retryFailed(delivery: DeliveryRef, now: Date): Promise<boolean>;
  /** Stores the number of rows of an acknowledged delivery that its receiver rejects after a replay. */
  setRowsRejected(delivery: DeliveryRef, rowsRejected: number): Promise<void>;
  /** The failed batches of a run, in order. */
  listFailed(run: RunRef): Promise<readonly Delivery[]>;
  /** The staged, pending and failed batches of a run, in any order. */
  listUnacknowledged(run: RunRef): Promise<readonly Delivery[]>;
  /** Pending deliveries of finished runs that were due before `before`. */
  listStranded(options: { before: Date; limit: number }): Promise<readonly Delivery[]>;
  /** Pending deliveries whose next attempt is after a time. */
  listPutOff(query: PutOffQuery): Promise<readonly Delivery[]>;
  /** Changes when a pending delivery is due. */
  setNextAttempt(delivery: DeliveryRef, at: Date): Promise<void>;
  /** Removes the staged deliveries of earlier attempts of a run, and their bodies without a delivery. */
  removeStaged(run: RunRef, options: { beforeAttempt: number }): Promise<void>;
  /**
   * Removes up to `limit` expired deliveries of finished runs, with their bodies. Returns their number; if that is
   * `limit`, there may be more. Deliveries of unfinished runs stay, since the counts of the run depend on them.
   */
  removeExpired(options: { now: Date; limit: number }): Promise<number>;
  /** Those of the runs of which at least one delivery is stored, whatever its status. */
  listRunsWithDeliveries(runs: RunsRef): Promise<readonly string[]>;
  removeOfJob(job: JobRef): Promise<void>;
}

export interface PackedItemState extends ItemStateRef {
  readonly parts: readonly Buffer[];
}

/** Packed item states: opaque bytes in parts of at most 4 MB, which are loaded in the parts they were saved in. */
export interface ItemStateStore {
  save(state: PackedItemState): Promise<void>;
  /** null if it is missing or has lost a part. */
  load(itemState: ItemStateRef): Promise<readonly Buffer[] | null>;
  /** Ignores ids that do not exist. */
  remove(job: JobRef, itemStateIds: readonly string[]): Promise<void>;
  removeOfJob(job: JobRef): Promise<void>;
}

export interface StoredResponse {
  readonly status: number;
  readonly body: string;
}

export interface IdempotencyRef {
  readonly projectId: string;
  readonly key: string;
}

export interface IdempotencyBegin extends IdempotencyRef {
  readonly fingerprint: string;
  readonly now: Date;
  readonly expiresAt: Date;
}

export interface IdempotencyFinish extends IdempotencyRef {
  readonly response: StoredResponse;
  readonly expiresAt: Date;
}

export interface IdempotencyStore {
  /**
   * `started` if the key is new; else the state of the first request. A key whose request never finishes expires at
   * `expiresAt`.
   */
  begin(
    options: IdempotencyBegin,
  ): Promise<
    | { kind: 'started' }
    | { kind: 'other_request' }
    | { kind: 'in_progress' }
    | { kind: 'finished'; response: StoredResponse }
  >;
  /** Keeps the response until `expiresAt`. */
  finish(options: IdempotencyFinish): Promise<void>;
  /** Frees the key of a request that failed before it changed anything. */
  abandon(key: IdempotencyRef): Promise<void>;
}

export interface Store {
  readonly projects: ProjectStore;
  readonly templates: TemplateStore;
  readonly jobs: JobStore;
  readonly runs: RunStore;
  readonly issues: IssueStore;
  readonly deliveries: DeliveryStore;
  readonly itemStates: ItemStateStore;
  readonly uploads: UploadStore;
  readonly files: FileStore;
  readonly sheets: SheetStore;
  readonly fileMemories: FileMemoryStore;
  readonly erasures: ErasureStore;
  readonly idempotency: IdempotencyStore;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
}

/** Whether an error of the store says nothing about the work: it is away or full, and the work succeeds later. */
export const isStoreFault = ({ code }: Pick<InletError, 'code'>): boolean =>
  code === 'unavailable' || code === 'disk_full';
