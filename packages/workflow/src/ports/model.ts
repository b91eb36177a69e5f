import type { Version } from '@inlet/connectors';
import type {
  ChangeDetection,
  Column,
  Decision,
  ErrorSummary,
  EventAbout,
  EventType,
  FirstRun,
  GuardRails,
  Held,
  Identity,
  IdentityBasis,
  IdentityPaths,
  IncompleteReason,
  JobStatus,
  JsonValue,
  LastRun,
  Mapping,
  ParseOptions,
  RowFilter,
  RunCounts,
  RunOutcome,
  RunPhase,
  RunTrigger,
  Schedule,
  Source,
  SourceWarning,
  WhenHeld,
} from '@inlet/contracts';

export interface TemplateRef {
  readonly projectId: string;
  readonly templateId: string;
}

export interface JobRef {
  readonly projectId: string;
  readonly jobId: string;
}

export interface RunRef {
  readonly projectId: string;
  readonly runId: string;
}

/** Runs of one project. */
export interface RunsRef {
  readonly projectId: string;
  readonly runIds: readonly string[];
}

/** One attempt of a run. */
export interface RunAttemptRef extends RunRef {
  readonly runAttempt: number;
}

export interface DeliveryRef {
  readonly projectId: string;
  readonly deliveryId: string;
}

export interface ItemStateRef extends JobRef {
  readonly itemStateId: string;
}

/** State of a job's source after its last good fetch. */
export interface FetchState {
  /** Names the fetched bytes to the connector, which alone understands it; null if it cannot recognise them. */
  readonly version: Version | null;
  /** Number of pages that were read. */
  readonly pages: number;
  /** The last fetch that was not conditional; null if it is not known. */
  readonly checkedAt: Date | null;
  /** Digest of all settings that decide how a body is read; fetches are conditional only while it is unchanged. */
  readonly configHash: string | null;
  /** Digest of the filter of the last accepted run; absent or null if it is not known. */
  readonly filterHash?: string | null;
  /** The body of the last good run: its SHA-256 and its findings. null if any of its rows had an issue. */
  readonly body: {
    readonly digest: string;
    readonly bytes: number;
    readonly records: number;
    /** Of these, the ones that the filter excluded; absent in states from before it was kept. */
    readonly excluded?: number;
    /** Records without a value at any mapped path; absent in states from before it was kept. */
    readonly empty?: number;
    readonly warnings: readonly SourceWarning[];
  } | null;
  /** Identity of a source that moved for good, its new address, and the number of consecutive runs that found it moved. */
  readonly movedFrom: string | null;
  readonly movedTo: string | null;
  readonly movedTimes: number;
  /** Mapped paths that had a value in at least one record; used to detect drift. */
  readonly pathsWithValues: readonly string[];
  /**
   * Why the body of the last accepted run was not read to its proper end. If it was: `line_end` for CSV that ended
   * with a line end, else null. States from before `line_end` have null for it as well.
   */
  readonly incomplete: IncompleteReason | 'line_end' | null;
  /** The identity of the rows of the last accepted run; null before the first run. */
  readonly rowIdentity: RowIdentityState | null;
  /** Columns that were left out of the contents in the item state; null if it is not known. */
  readonly ignoredColumns: readonly string[] | null;
  /** The item state has items under former row keys, since the receiver refused the batches with the new ones. */
  readonly hasUnsentRekeys?: boolean;
}

/** Of a job that has not read its source. */
export const NOTHING_FETCHED: FetchState = {
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

export interface RowIdentityState {
  /** The identity columns in force, as JSON, or the name of another identity. Another value means that it was changed. */
  readonly by: string;
  /** null as long as no run has had a row to decide it from. */
  readonly basis: IdentityBasis | null;
  /** Paths of the id and the link; null for the agreed ones of a feed, and if the content identifies the rows. */
  readonly paths: IdentityPaths | null;
}

/** The largest body that a receiver is believed to accept, because it refused a larger one. */
export interface BodyLimit {
  /** Digest of the address of the receiver. */
  readonly receiver: string;
  readonly maxBytes: number;
  readonly learnedAt: Date;
}

/** The members that all stored import jobs have. */
interface JobFields {
  readonly id: string;
  readonly projectId: string;
  readonly templateId: string;
  readonly externalUserId: string;
  readonly label: string;
  readonly status: JobStatus;
  readonly pausedBecause: ErrorSummary | null;
  readonly recordPath: string;
  readonly parseOptions: ParseOptions;
  readonly mapping: Mapping;
  readonly identity: Identity;
  readonly firstRun: FirstRun;
  readonly filter: RowFilter | null;
  /** Columns of the signed token under which the job was created; they replace those of the template. */
  readonly columns: readonly Column[] | null;
  readonly overlap: 'skip' | 'queue';
  readonly changeDetection: ChangeDetection;
  readonly guardRails: GuardRails;
  readonly whenHeld: WhenHeld;
  readonly extra: JsonValue;
  readonly nextRunAt: Date | null;
  readonly activeRunId: string | null;
  /**
   * The held run that can still be released: the item state that it was compared with is the current one. It stays
   * while that run is active after its release.
   */
  readonly heldRunId: string | null;
  /** A tick came due during the active run and waits for its end (overlap `queue`). */
  readonly hasQueuedTick: boolean;
  readonly lastRun: LastRun | null;
  readonly failuresInARow: number;
  readonly knownItems: number;
  /** The current item state. */
  readonly itemStateId: string | null;
  readonly fetchState: FetchState;
  readonly bodyLimit: BodyLimit | null;
  /** Time at which a draft that the widget saved for its dry run is removed. Such a draft is not listed for the host. */
  readonly temporaryUntil: Date | null;
  /** Number of runs so far; a run in progress has this number. Never reset, since receivers order rows by it. */
  readonly runCount: number;
  /** Incremented by each change that a person makes. */
  readonly revision: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Reads a source by a schedule. The secrets in `source` are in clear text in memory only. */
export interface FeedJob extends JobFields {
  readonly kind: 'feed';
  readonly source: Source;
  readonly schedule: Schedule;
}

/** Takes the rows of all uploads that a user makes for a template. It is made with the first of them. */
export interface UploadJob extends JobFields {
  readonly kind: 'upload';
  readonly source: null;
  readonly schedule: null;
}

/** A stored import job. */
export type Job = FeedJob | UploadJob;

/** For code that reads a source. @throws TypeError for a job without one, which nothing asks to read it */
export function requireFeed(job: Job): FeedJob {
  if (job.kind !== 'feed') throw new TypeError(`the job ${job.id} has no source`);
  return job;
}

export const jobRef = ({ projectId, id }: Pick<Job, 'projectId' | 'id'>): JobRef => ({
  projectId,
  jobId: id,
});

/** False for a draft that the widget saved for its dry run: it is not listed for the host and keeps nothing in use. */
export const isSeenByHost = ({ temporaryUntil }: Pick<Job, 'temporaryUntil'>): boolean =>
  temporaryUntil === null;

/** Changes by a person, and the fields that depend on them. */
export type JobChanges = Partial<
  Pick<
    FeedJob,
    | 'label'
    | 'temporaryUntil'
    | 'status'
    | 'pausedBecause'
    | 'source'
    | 'recordPath'
    | 'parseOptions'
    | 'mapping'
    | 'identity'
    | 'firstRun'
    | 'filter'
    | 'columns'
    | 'schedule'
    | 'overlap'
    | 'changeDetection'
    | 'guardRails'
    | 'whenHeld'
    | 'extra'
    | 'nextRunAt'
    | 'failuresInARow'
  >
>;

/** Settings that a dry run uses instead of those of its job. */
export type JobProposal = Pick<
  JobChanges,
  | 'source'
  | 'recordPath'
  | 'parseOptions'
  | 'mapping'
  | 'identity'
  | 'filter'
  | 'columns'
  | 'changeDetection'
  | 'guardRails'
>;

/** Changes to a job when its active run ends. */
export interface JobEnd {
  readonly lastRun: LastRun;
  readonly failuresInARow: number;
  /** The new item state with its fetch state; undefined keeps the current ones. */
  readonly newState?: Pick<Job, 'itemStateId' | 'knownItems' | 'fetchState'> | undefined;
  /** The new fetch state if the items did not change. */
  readonly fetchState?: FetchState | undefined;
  /** The held run of the job from now on; undefined keeps the current one. */
  readonly heldRunId?: string | null | undefined;
  /** Set for a tick that waited for the end of the run. */
  readonly nextRunAt?: Date | undefined;
  /** Pauses the job. */
  readonly paused?: { readonly because: ErrorSummary; readonly at: Date } | undefined;
}

/** How a run ends. Stored before any of its effects, so that a worker that takes over ends the run in the same way. */
export interface RunEnding {
  readonly outcome: Exclude<RunOutcome, 'queued' | 'running'>;
  readonly counts: RunCounts;
  readonly error: ErrorSummary | null;
  /** The new fetch state of the job; null keeps the current one. */
  readonly fetchState: FetchState | null;
  /** Rows that count as never sent, so that the next run sends them: none, those of batches that were not acknowledged, or all. */
  readonly retracts: 'none' | 'failed' | 'all';
  /** The job is paused until a person resumes it. */
  readonly mustPause: boolean;
}

/** The rows that a run sends: those of an upload as of a revision. */
export interface RunUpload {
  readonly uploadId: string;
  readonly revision: number;
  /** Rows that the receiver has already are sent, too. */
  readonly includeUnchanged: boolean;
}

export interface Run {
  readonly id: string;
  readonly projectId: string;
  readonly jobId: string;
  readonly templateId: string;
  readonly externalUserId: string;
  readonly trigger: RunTrigger;
  readonly isDryRun: boolean;
  /** Settings of a dry run. Removed when the run ends, since they may hold secrets. */
  readonly proposal: JobProposal | null;
  /** null for runs that read a source. */
  readonly upload: RunUpload | null;
  readonly outcome: RunOutcome;
  readonly phase: RunPhase;
  readonly counts: RunCounts;
  readonly error: ErrorSummary | null;
  /** The finding of the guard rail that held the run; it stays after a decision. */
  readonly held: Held | null;
  readonly decision: Decision | null;
  /** Id of the event of the decision, fixed with it. */
  readonly decisionDeliveryId: string | null;
  /** The later run of the job that took the place of this held run. */
  readonly replacedBy: string | null;
  /** The run that this one takes back; null for any other. */
  readonly undoes: string | null;
  /** The last run that takes this one back, or has tried to. */
  readonly undoneBy: string | null;
  readonly warnings: readonly SourceWarning[];
  readonly scheduledFor: Date | null;
  readonly lateMs: number | null;
  readonly skippedTicks: number;
  readonly isCancelRequested: boolean;
  /** The execution that holds the lease, and the end of the lease, after which the run may be taken over. */
  readonly leaseOwner: string | null;
  readonly leaseUntil: Date | null;
  /**
   * Number of the current or last execution; it only increases. Everything that a worker stages carries it, so that
   * late writes of a worker that lost the run can be recognised.
   */
  readonly attempt: number;
  /** The attempt whose batches, issues and item state are valid; 0 before the first. */
  readonly stagedAttempt: number;
  /** Executions since the run was last requeued in good order. */
  readonly attemptsSinceRequeue: number;
  /** Fetches that failed with a transient error. */
  readonly failedFetches: number;
  /** When a run that waits for its source or receiver continues. */
  readonly resumeAt: Date | null;
  /** The item state before the run, which stays the current one if the run is retracted. */
  readonly itemStateBefore: string | null;
  /** The job's state after the run, unless its rows are retracted. Set when everything is staged. */
  readonly fetchStateAfter: FetchState | null;
  readonly knownItemsAfter: number | null;
  /** Set once the end of the run is decided. */
  readonly ending: RunEnding | null;
  /**
   * Id of the closing event, created with the run so that the event is never sent under two ids. A decision about a
   * held run sets a new one, because `import.held` had the first.
   */
  readonly closingDeliveryId: string;
  /** Description of the run in its events, fixed when the run is created: a repeated delivery has the same body. */
  readonly about: EventAbout;
  readonly sample: readonly JsonValue[];
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

export const runRef = ({ projectId, id }: Run): RunRef => ({ projectId, runId: id });

export type RunChanges = Partial<
  Omit<Run, 'id' | 'projectId' | 'jobId' | 'proposal' | 'attempt' | 'createdAt'>
>;

export interface StoredAttempt {
  readonly at: Date;
  readonly durationMs: number;
  readonly status: number | null;
  readonly answer: string;
  readonly error: ErrorSummary | null;
}

/** A stored delivery without its body. */
export interface Delivery {
  readonly id: string;
  readonly projectId: string;
  readonly jobId: string;
  readonly runId: string;
  readonly templateId: string;
  /** The attempt of the run that created it. */
  readonly runAttempt: number;
  /** Id of the acknowledged delivery that this one, or the batch it is a part of, sends again; null for any other. */
  readonly replayOf: string | null;
  readonly type: EventType;
  readonly number: number;
  readonly rows: number;
  readonly bytes: number;
  readonly status: 'staged' | 'pending' | 'acknowledged' | 'failed' | 'discarded';
  /** Why the delivery was discarded, if not because of its run. */
  readonly reason: 'split' | null;
  readonly attemptCount: number;
  /** The last ten. */
  readonly attempts: readonly StoredAttempt[];
  readonly nextAttemptAt: Date | null;
  readonly rowsRejected: number;
  readonly createdAt: Date;
  readonly acknowledgedAt: Date | null;
}

/** The state of a delivery that has not been tried. */
export const UNTRIED = {
  reason: null,
  attemptCount: 0,
  attempts: [],
  rowsRejected: 0,
  acknowledgedAt: null,
} as const satisfies Partial<Delivery>;

export const deliveryRef = ({ projectId, id }: Delivery): DeliveryRef => ({ projectId, deliveryId: id });

/** `body` is null if it must be loaded separately. */
export interface DueDelivery extends Delivery {
  readonly body: Buffer | null;
}

/** `body` is the JSON of the rows joined by commas, UTF-8, without brackets; for other events the JSON of `data`. */
export interface NewDelivery {
  readonly delivery: Delivery;
  readonly body: Buffer;
  /** When it may be removed if it is never released; null for never. */
  readonly expiresAt: Date | null;
}
