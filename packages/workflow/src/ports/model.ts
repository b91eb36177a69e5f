import type {
  ChangeDetection,
  Column,
  ErrorSummary,
  EventAbout,
  EventType,
  GuardRails,
  JobStatus,
  JsonValue,
  LastRun,
  Mapping,
  ParseOptions,
  RunCounts,
  RunOutcome,
  RunPhase,
  RunTrigger,
  Schedule,
  Source,
  SourceWarning,
} from '@inlet/contracts';

export interface JobRef {
  readonly projectId: string;
  readonly jobId: string;
}

export interface RunRef {
  readonly projectId: string;
  readonly runId: string;
}

/** What is remembered of the last good fetch of a job's source. */
export interface FetchState {
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** Digest of everything that decides what a body turns into; a conditional request is only sent while it is the same. */
  readonly configHash: string | null;
  /** The body of the last good run, where all of its records were valid: its SHA-256 and what was found in it. */
  readonly body: {
    readonly digest: string;
    readonly bytes: number;
    readonly records: number;
    readonly warnings: readonly SourceWarning[];
  } | null;
  /** Where an address moved to for good, and in how many runs in a row it said so. */
  readonly movedFrom: string | null;
  readonly movedTo: string | null;
  readonly movedTimes: number;
  /** Mapped paths that had a value in at least one record, for noticing drift. */
  readonly pathsWithValues: readonly string[];
}

/** An import job as it is stored. `source` holds its secrets in clear in memory only. */
export interface Job {
  readonly id: string;
  readonly projectId: string;
  readonly templateId: string;
  readonly externalUserId: string;
  readonly label: string;
  readonly status: JobStatus;
  readonly pausedBecause: ErrorSummary | null;
  readonly source: Source;
  readonly recordPath: string;
  readonly parseOptions: ParseOptions;
  readonly mapping: Mapping;
  /** Used in place of the template's: those of the signed token that the job was made under. */
  readonly columns: readonly Column[] | null;
  readonly schedule: Schedule;
  readonly overlap: 'skip' | 'queue';
  readonly changeDetection: ChangeDetection;
  readonly guardRails: GuardRails;
  readonly extra: JsonValue;
  readonly nextRunAt: Date | null;
  readonly activeRunId: string | null;
  /** A tick fell into the active run and waits for its end (overlap `queue`). */
  readonly hasQueuedTick: boolean;
  readonly lastRun: LastRun | null;
  readonly failuresInARow: number;
  readonly knownItems: number;
  /** Which item state is in force. */
  readonly itemStateId: string | null;
  readonly fetchState: FetchState;
  /** Counts up with every change that a person makes. */
  readonly revision: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What a person can change about a job, plus what follows from it. */
export type JobChanges = Partial<
  Pick<
    Job,
    | 'label'
    | 'status'
    | 'pausedBecause'
    | 'source'
    | 'recordPath'
    | 'parseOptions'
    | 'mapping'
    | 'columns'
    | 'schedule'
    | 'overlap'
    | 'changeDetection'
    | 'guardRails'
    | 'extra'
    | 'nextRunAt'
    | 'failuresInARow'
  >
>;

/** What a dry run tries out in place of what its job has. */
export type JobProposal = Pick<
  JobChanges,
  'source' | 'recordPath' | 'parseOptions' | 'mapping' | 'columns' | 'changeDetection' | 'guardRails'
>;

/** What the end of a run changes about its job. */
export interface JobEnd {
  readonly lastRun: LastRun;
  readonly failuresInARow: number;
  /** What is known of the items and the source from now on; left out where that stays as it was. */
  readonly inForce?: Pick<Job, 'itemStateId' | 'knownItems'> & { readonly fetchState: FetchState };
  /** What is known of the source from now on, where nothing of the items changed. */
  readonly fetchState?: FetchState;
  /** For a tick that waited for the end of the run. */
  readonly nextRunAt?: Date;
  /** Pauses the job. */
  readonly paused?: { readonly because: ErrorSummary; readonly at: Date };
}

/** How a run ends. Stored before anything of it is told or taken back, so that whoever takes over does the same. */
export interface RunEnding {
  readonly outcome: Exclude<RunOutcome, 'queued' | 'running'>;
  readonly counts: RunCounts;
  readonly error: ErrorSummary | null;
  /** What is known of the source by now; null where that stays as it was. */
  readonly fetchState: FetchState | null;
  /** Which rows count as never sent, so that the next run sends them: none, those of failed batches, or all. */
  readonly retracts: 'none' | 'failed' | 'all';
  /** The job must not go on before somebody has looked at it. */
  readonly mustPause: boolean;
}

export interface Run {
  readonly id: string;
  readonly projectId: string;
  readonly jobId: string;
  readonly templateId: string;
  readonly externalUserId: string;
  readonly trigger: RunTrigger;
  readonly isDryRun: boolean;
  /** For dry runs; it may hold secrets, so it is forgotten when the run ends. */
  readonly proposal: JobProposal | null;
  readonly outcome: RunOutcome;
  readonly phase: RunPhase;
  readonly counts: RunCounts;
  readonly error: ErrorSummary | null;
  readonly warnings: readonly SourceWarning[];
  readonly scheduledFor: Date | null;
  readonly lateMs: number | null;
  readonly skippedTicks: number;
  readonly isCancelRequested: boolean;
  /** Who works on it, by claim, and until when; it may be taken over after that. */
  readonly leaseOwner: string | null;
  readonly leaseUntil: Date | null;
  /**
   * How often it was claimed; only goes up. What a worker stages bears the number of its claim, so that what comes
   * late from one that lost the run is told apart.
   */
  readonly attempt: number;
  /** The claim whose batches, issues and item state count; 0 before the first. */
  readonly stagedAttempt: number;
  /** How often a worker has begun or taken it over since it was last handed back in good order. */
  readonly attemptsSinceRequeue: number;
  /** Fetches that failed in a way that may pass. */
  readonly failedFetches: number;
  /** When it goes on by itself, while it waits for the source or the receiver. */
  readonly resumeAt: Date | null;
  /** The item state that was in force before, for taking a run back. */
  readonly itemStateBefore: string | null;
  /** What comes into force for the job when the run ends, unless its rows are taken back. Set once all is staged. */
  readonly fetchStateAfter: FetchState | null;
  readonly knownItemsAfter: number | null;
  /** Set from the moment that its end is decided. */
  readonly ending: RunEnding | null;
  /** Id of the delivery that closes the run, made beforehand so that it is never sent under two ids. */
  readonly closingDeliveryId: string;
  /** What its events say about it, as it was when it began: a repeated delivery has the same body. */
  readonly about: EventAbout;
  readonly sample: readonly JsonValue[];
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

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

/** A delivery without its body. */
export interface Delivery {
  readonly id: string;
  readonly projectId: string;
  readonly jobId: string;
  readonly runId: string;
  readonly templateId: string;
  /** Of the run, under which it was made. */
  readonly runAttempt: number;
  readonly type: EventType;
  readonly number: number;
  readonly rows: number;
  readonly bytes: number;
  readonly status: 'staged' | 'pending' | 'acknowledged' | 'failed' | 'discarded';
  readonly attemptCount: number;
  /** The last ten. */
  readonly attempts: readonly StoredAttempt[];
  readonly nextAttemptAt: Date | null;
  readonly rowsRejected: number;
  readonly createdAt: Date;
  readonly acknowledgedAt: Date | null;
}

/** `body` is null where it has to be read apart from it. */
export interface DueDelivery extends Delivery {
  readonly body: Buffer | null;
}

/** `body` is the JSON of the rows joined by commas, UTF-8, without brackets; for other events the JSON of `data`. */
export interface NewDelivery {
  readonly delivery: Delivery;
  readonly body: Buffer;
  /** When it may be forgotten if nothing comes of it; null for never. */
  readonly expiresAt: Date | null;
}
