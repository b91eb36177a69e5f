import type {
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
import type {
  Delivery,
  DueDelivery,
  Job,
  JobChanges,
  JobEnd,
  NewDelivery,
  Run,
  RunChanges,
  StoredAttempt,
} from './model.js';

/** Every look-up is by project and id; a thing of another project is not there. Operations return plain objects. */

export interface ProjectCredentials {
  readonly project: Project;
  readonly secretKeyHash: string;
  readonly publishableKeyHash: string;
  readonly userTokenSecret: string;
  /** The newest first; an old one stays valid for a while after a rotation. */
  readonly webhookSecrets: readonly string[];
}

export interface ProjectStore {
  insert(credentials: ProjectCredentials): Promise<void>;
  get(projectId: string): Promise<ProjectCredentials | null>;
  /** By the SHA-256 of a key, hex. */
  findByKeyHash(hash: string): Promise<{ project: Project; kind: 'secret' | 'publishable' } | null>;
  replaceSecretKey(projectId: string, secretKeyHash: string): Promise<boolean>;
  /** Replaces all of its settings. Null where there is no such project. */
  updateSettings(projectId: string, settings: ProjectSettings): Promise<Project | null>;
  list(): Promise<readonly Project[]>;
}

export interface TemplateStore {
  /** `code_taken` where another template of the project has the code. */
  insert(template: Template): Promise<'inserted' | 'code_taken'>;
  get(projectId: string, templateId: string): Promise<Template | null>;
  getByCode(projectId: string, code: string): Promise<Template | null>;
  list(projectId: string, page: PageQuery): Promise<Page<Template>>;
  /** `expectedUpdatedAt` guards against a change in between. */
  replace(
    projectId: string,
    templateId: string,
    options: { input: TemplateInput; expectedUpdatedAt: Date; updatedAt: Date },
  ): Promise<'replaced' | 'code_taken' | 'changed_meanwhile'>;
  remove(projectId: string, templateId: string): Promise<boolean>;
}

export interface JobStore {
  insert(job: Job): Promise<void>;
  get(projectId: string, jobId: string): Promise<Job | null>;
  /** Of all templates, or of one. */
  listOfUser(
    projectId: string,
    options: PageQuery & { externalUserId: string; templateId?: string },
  ): Promise<Page<Job>>;
  listOfTemplate(projectId: string, templateId: string): Promise<readonly Job[]>;
  /** Null where the job is gone or `expectedRevision` is no longer its revision. Counts the revision up. */
  change(
    projectId: string,
    jobId: string,
    options: { changes: JobChanges; expectedRevision?: number; now: Date },
  ): Promise<Job | null>;
  remove(projectId: string, jobId: string): Promise<boolean>;

  /**
   * Makes `runId` the job's active run if it has none, and gives the job as it is then; else null. For a tick, only
   * if the job is active and its next run is still at `tick.at`, and moves that to `tick.next`: no tick is taken
   * twice. Without a next one the job has ended. One atomic operation.
   */
  setActiveRun(
    projectId: string,
    jobId: string,
    options: { runId: string; tick: { at: Date; next: Date | null } | null },
  ): Promise<Job | null>;
  /**
   * Moves the next run from `at` to `next`, without a run; without a next one the job has ended. With `isQueued`,
   * only while a run is active, whose end the tick then waits for. False when it was moved already, or no run is
   * active. One atomic operation.
   */
  moveTick(
    projectId: string,
    jobId: string,
    tick: { at: Date; next: Date | null; isQueued: boolean },
  ): Promise<boolean>;
  /** Forgets items and fetch state. */
  reset(projectId: string, jobId: string): Promise<void>;
  /**
   * Ends the active run: clears it and any queued tick, and changes the job as `end` says. Only while `runId` is
   * the active run, and the job is as it was `seen` in all that its end was decided by. Gives the job as it is
   * then; null where not. One atomic operation.
   */
  endActiveRun(
    projectId: string,
    jobId: string,
    options: {
      runId: string;
      seen: Pick<Job, 'status' | 'hasQueuedTick' | 'failuresInARow' | 'revision'>;
      end: JobEnd;
    },
  ): Promise<Job | null>;
  counts(): Promise<Record<JobStatus, number>>;
  /** Active jobs without an active run whose next time is before `before`: their tick may have been lost. */
  listOverdue(options: { before: Date; limit: number }): Promise<readonly Job[]>;
}

export interface RunStore {
  insert(run: Run): Promise<void>;
  get(projectId: string, runId: string): Promise<Run | null>;
  listOfJob(projectId: string, options: PageQuery & { jobId: string }): Promise<Page<Run>>;
  /**
   * Takes or takes over an unfinished run whose lease is free or has passed, counting `claims` and `attempts` up; null when
   * somebody holds it or it has finished. `owner` is new for each claim.
   */
  acquireLease(
    projectId: string,
    runId: string,
    options: { owner: string; now: Date; leaseUntil: Date },
  ): Promise<Run | null>;
  /**
   * Changes a run that `owner` holds and renews its lease; null when the lease was lost. An outcome that ends the
   * run takes its proposal away.
   */
  update(
    projectId: string,
    runId: string,
    options: { owner: string; leaseUntil: Date; changes: RunChanges },
  ): Promise<Run | null>;
  /** Gives the lease up; `resumeAt` says when it should go on. */
  endLease(
    projectId: string,
    runId: string,
    options: { owner: string; resumeAt: Date | null },
  ): Promise<void>;
  /** Changes a run whoever holds it, if it is still unfinished. */
  requestCancel(projectId: string, runId: string): Promise<boolean>;
  /** Corrects the counts of a run, after a replay; false where they are no longer `from`. */
  replaceCounts(
    projectId: string,
    runId: string,
    counts: { from: RunCounts; to: RunCounts },
  ): Promise<boolean>;
  addSkippedTick(projectId: string, runId: string): Promise<void>;
  /** Unfinished runs that nobody holds and that should have gone on before `before`. */
  listStranded(options: { before: Date; limit: number }): Promise<readonly Run[]>;
  /** For a run that never began. Only while it is unfinished and `owner` holds it; null for one that nobody holds. */
  remove(projectId: string, runId: string, options: { owner: string | null }): Promise<void>;
  removeOfJob(projectId: string, jobId: string): Promise<void>;
}

export interface IssueStore {
  /**
   * Issues are kept in pages of some hundred, each claim of a run having its own. `number` orders them; there may
   * be gaps. A page that is there already is replaced.
   */
  insertPage(page: {
    projectId: string;
    jobId: string;
    runId: string;
    runAttempt: number;
    number: number;
    issues: readonly RunIssue[];
  }): Promise<void>;
  /** Those of one claim of a run. */
  list(
    projectId: string,
    options: PageQuery & { runId: string; runAttempt: number },
  ): Promise<Page<RunIssue>>;
  /** All of one claim of a run, in order, for a download. */
  stream(
    projectId: string,
    options: { runId: string; runAttempt: number },
  ): AsyncIterable<readonly RunIssue[]>;
  /** Removes those of earlier claims of a run. */
  removeOfRun(projectId: string, runId: string, options: { beforeAttempt: number }): Promise<void>;
  removeOfJob(projectId: string, jobId: string): Promise<void>;
}

/** The outbox. */
export interface DeliveryStore {
  /** Stored and durable when the promise resolves. A delivery whose id is there already is left as it is. */
  insert(deliveries: readonly NewDelivery[]): Promise<void>;
  get(projectId: string, deliveryId: string): Promise<Delivery | null>;
  body(projectId: string, deliveryId: string): Promise<Buffer | null>;
  listOfRun(projectId: string, options: PageQuery & { runId: string }): Promise<Page<Delivery>>;
  /** Pending ones of a run that are due, in order. Small bodies come along. */
  listDue(
    projectId: string,
    options: { runId: string; now: Date; limit: number },
  ): Promise<readonly DueDelivery[]>;
  /** When the next pending delivery of a run is due; null when none is pending. */
  nextAttemptAt(projectId: string, runId: string): Promise<Date | null>;
  /** `held` ones of one claim of a run become pending at `now`. */
  release(projectId: string, runId: string, options: { runAttempt: number; now: Date }): Promise<void>;
  /**
   * Held and pending batches of a run become discarded, to be forgotten at `expiresAt`; their bodies go at once.
   * Its closing event stays.
   */
  discard(projectId: string, runId: string, options: { expiresAt: Date }): Promise<void>;
  /** Records an attempt and what follows from it. `expiresAt` is when the delivery and its body may be forgotten. */
  recordAttempt(
    projectId: string,
    deliveryId: string,
    options: {
      attempt: StoredAttempt;
      status: 'pending' | 'acknowledged' | 'failed';
      nextAttemptAt: Date | null;
      rowsRejected: number;
      acknowledgedAt: Date | null;
      expiresAt: Date | null;
    },
  ): Promise<void>;
  /** Numbers of batches and rows of a run by status, of type `import.records`. */
  summarize(
    projectId: string,
    runId: string,
  ): Promise<Record<Delivery['status'], { batches: number; rows: number; rowsRejected: number }>>;
  /** All of a run that `replay` would take become pending at `now`, with their attempts cleared but the same ids. Returns how many. */
  replayRun(projectId: string, runId: string, now: Date): Promise<number>;
  /** `not_replayable`: held, discarded, pending, without a body, or to be forgotten by now. */
  replay(
    projectId: string,
    deliveryId: string,
    now: Date,
  ): Promise<'replayed' | 'not_replayable' | 'not_found'>;
  listFailed(projectId: string, runId: string): Promise<readonly Delivery[]>;
  /** Pending deliveries of any finished run that were due before `before`. */
  listStranded(options: { before: Date; limit: number }): Promise<readonly Delivery[]>;
  /** Removes what earlier claims of a run left held, and bodies that they left without a delivery. */
  removeStaged(projectId: string, runId: string, options: { beforeAttempt: number }): Promise<void>;
  /**
   * Removes deliveries of any finished run that are to be forgotten by `now`, with their bodies, `limit` at most.
   * Returns how many; it can be called again at once while that is `limit`. Those of unfinished runs stay, as
   * their run is counted from them.
   */
  removeExpired(options: { now: Date; limit: number }): Promise<number>;
  removeOfJob(projectId: string, jobId: string): Promise<void>;
}

/** Packed item states: opaque bytes, in parts of at most 4 MB. They are given back part by part as they were. */
export interface ItemStateStore {
  save(state: {
    projectId: string;
    jobId: string;
    itemStateId: string;
    parts: readonly Buffer[];
  }): Promise<void>;
  load(projectId: string, jobId: string, itemStateId: string): Promise<readonly Buffer[] | null>;
  /** Removes those that are there of the named ones. */
  remove(projectId: string, jobId: string, itemStateIds: readonly string[]): Promise<void>;
  removeOfJob(projectId: string, jobId: string): Promise<void>;
}

export interface StoredResponse {
  readonly status: number;
  readonly body: string;
}

export interface IdempotencyStore {
  /**
   * `started` when the key is new; else what became of the first request. A key without an answer is forgotten at
   * `expiresAt`: soon enough for those whose request came to no end.
   */
  begin(options: {
    projectId: string;
    key: string;
    fingerprint: string;
    now: Date;
    expiresAt: Date;
  }): Promise<
    | { kind: 'started' }
    | { kind: 'other_request' }
    | { kind: 'in_progress' }
    | { kind: 'finished'; response: StoredResponse }
  >;
  /** Keeps the answer until `expiresAt`. */
  finish(options: {
    projectId: string;
    key: string;
    response: StoredResponse;
    expiresAt: Date;
  }): Promise<void>;
  /** For a request that failed before it changed anything: the key can be used again. */
  abandon(options: { projectId: string; key: string }): Promise<void>;
}

export interface Store {
  readonly projects: ProjectStore;
  readonly templates: TemplateStore;
  readonly jobs: JobStore;
  readonly runs: RunStore;
  readonly issues: IssueStore;
  readonly deliveries: DeliveryStore;
  readonly itemStates: ItemStateStore;
  readonly idempotency: IdempotencyStore;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
}
