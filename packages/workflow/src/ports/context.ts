import type { HttpPlace } from '@inlet/connectors';
import type { RunOutcome } from '@inlet/contracts';
import type { ReadChanges } from '../ingest/read-changes.js';
import type { JobQueue } from './queue.js';
import type { Store } from './store.js';

export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Something worth counting. Holds no names of tenants or users. */
export type Observation =
  | {
      readonly kind: 'run_finished';
      readonly outcome: RunOutcome;
      readonly durationMs: number;
      readonly rowsSent: number;
    }
  | {
      readonly kind: 'delivery_attempt';
      readonly result: 'acknowledged' | 'retry' | 'failed' | 'gone';
      readonly durationMs: number;
    }
  | { readonly kind: 'tick'; readonly lateMs: number };

export interface WorkflowSettings {
  /** Names this process in leases. */
  readonly workerId: string;
  /** How long a worker that fell silent keeps a run. */
  readonly leaseMs: number;
  /** Runs at a time in this process, and of them for one site. */
  readonly concurrency: number;
  readonly concurrencyPerSite: number;
  /** Deadline of one fetch, from request to last byte. */
  readonly fetchDeadlineMs: number;
  /** Where bodies lie for as long as they are compared. */
  readonly spoolDir: string;
  readonly outlineMaxBytes: number;
  readonly outlineDeadlineMs: number;
  /** Batches of one run in flight at a time. */
  readonly deliveriesInFlight: number;
  readonly deliveryTimeoutMs: number;
  /** How long acknowledged deliveries can be replayed, and failed ones. */
  readonly keepAcknowledgedMs: number;
  readonly keepFailedMs: number;
}

/** Makes and checks the tokens of widget sessions. The key stays inside. */
export interface SessionSigner {
  /** A token that holds `content`, which its bearer can read but not change. */
  sign(content: string): string;
  /** The content of a token that was made by `sign` with the same key; null for any other text. */
  open(token: string): string | null;
}

/** Everything a use case needs from outside. */
export interface Context {
  readonly store: Store;
  readonly queue: JobQueue;
  readonly place: HttpPlace;
  readonly readChanges: ReadChanges;
  readonly sessionSigner: SessionSigner;
  readonly now: () => Date;
  /** A number from 0 up to 1. */
  readonly random: () => number;
  readonly randomBytes: (size: number) => Buffer;
  /** A new id with this prefix; later ids sort after earlier ones. */
  readonly newId: (prefix: 'prj' | 'tpl' | 'job' | 'run' | 'dlv') => string;
  readonly log: Log;
  readonly observe: (observation: Observation) => void;
  readonly settings: WorkflowSettings;
}
