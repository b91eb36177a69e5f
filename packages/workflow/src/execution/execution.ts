import type { Template } from '@inlet/contracts';
import type { ReceiverSettings } from '../outbox/attempt-delivery.js';
import type { Job } from '../ports/model.js';
import type { RunLease } from './run-lease.js';

/** One execution of a run under a lease. */
export interface Execution {
  readonly lease: RunLease;
  /** The job, with the settings of a dry run's proposal. */
  readonly job: Job;
  /** With the job's own columns; null if the template was removed. */
  readonly template: Template | null;
  /** The receiver if it is loaded already. */
  readonly receiver?: ReceiverSettings | undefined;
}

export type ExecutionWithTemplate = Execution & { readonly template: Template };

export type ImportResult =
  /** The run ended. `job` is the job after that; null for a dry run or a removed job. */
  | {
      readonly kind: 'ended';
      readonly job: Job | null;
      /** The source asked not to be fetched before this time. */
      readonly notBefore?: Date | undefined;
    }
  /** The run was requeued and continues at `until`. */
  | { readonly kind: 'requeued'; readonly until: Date }
  /** The run is leased by another worker, or finished. */
  | { readonly kind: 'not_leased' };
