import type { Connectors, WebhookClient } from '@inlet/connectors';
import type { RunOutcome } from '@inlet/contracts';
import type { createLocalJWKSet } from 'jose';
import type { FileArrivals } from '../uploads/file-arrivals.js';
import type { TransferDigests } from '../uploads/transfer-digests.js';
import type { Background } from './background.js';
import type { ReadChanges } from './change-reader.js';
import type { JobQueue } from './queue.js';
import type { Sheets } from './sheets.js';
import type { Store } from './store.js';

export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** An event for metrics. Contains no names of tenants or users. */
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
  /** How long a run stays with a worker that no longer renews its lease. */
  readonly leaseMs: number;
  /** Concurrent runs in this process, and per site. */
  readonly concurrency: number;
  readonly concurrencyPerSite: number;
  /** Deadline of one fetch, from request to last byte. */
  readonly fetchDeadlineMs: number;
  /** Where people reach the server, without a slash at the end. */
  readonly publicUrl: string;
  /** Folder of bodies while they are compared. */
  readonly spoolDir: string;
  readonly outlineMaxBytes: number;
  readonly outlineDeadlineMs: number;
  /** Concurrent deliveries of one run. */
  readonly deliveriesInFlight: number;
  readonly deliveryTimeoutMs: number;
  /** How long acknowledged and failed deliveries are kept for replay. */
  readonly keepAcknowledgedMs: number;
  readonly keepFailedMs: number;
  /** How long runs and their issues are kept after their end. */
  readonly keepRunsMs: number;
  readonly uploadLimits: UploadLimits;
}

export interface UploadLimits {
  readonly unfinishedPerUser: number;
  /** Uploads that one user may begin within an hour. */
  readonly perHour: number;
  /** The size of all files of a project together. */
  readonly bytesPerProject: number;
}

/** Signs and verifies the tokens of widget sessions; its key cannot be read. */
export interface SessionSigner {
  /** Returns a token with `content`, which its bearer can read but not change. */
  sign(content: string): string;
  /** Returns the content of a token that `sign` made with the same key; null for any other text. */
  open(token: string): string | null;
}

/** Finds the key that verifies a signed token, by the header of the token. Rejects with an error of jose. */
export type KeySet = ReturnType<typeof createLocalJWKSet>;

/**
 * Returns the keys of an address, which are kept for some time. `mustRenew` fetches them again, unless that was done a
 * moment ago. Rejects with `user_token_keys_unavailable`.
 */
export type KeySets = (address: string, options: { mustRenew: boolean }) => Promise<KeySet>;

export type IdPrefix = 'prj' | 'tpl' | 'job' | 'run' | 'dlv' | 'upl' | 'fil' | 'edt' | 'opn' | 'era' | 'lnk';

/** Everything a use case needs from outside. */
export interface Context {
  readonly store: Store;
  readonly queue: JobQueue;
  /** By kind of source. */
  readonly connectors: Connectors;
  readonly webhooks: WebhookClient;
  readonly readChanges: ReadChanges;
  readonly sheets: Sheets;
  /** Bytes of uploads that arrive in this process. */
  readonly arrivals: FileArrivals;
  readonly digests: TransferDigests;
  readonly background: Background;
  readonly sessionSigner: SessionSigner;
  readonly keySets: KeySets;
  readonly now: () => Date;
  /** A number from 0 up to 1. */
  readonly random: () => number;
  readonly randomBytes: (size: number) => Buffer;
  /** A new id with this prefix; later ids sort after earlier ones. */
  readonly newId: (prefix: IdPrefix) => string;
  readonly log: Log;
  readonly observe: (observation: Observation) => void;
  readonly settings: WorkflowSettings;
}
