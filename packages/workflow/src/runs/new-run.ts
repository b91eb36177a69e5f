import {
  type Column,
  type JsonValue,
  type Mapping,
  NO_COUNTS,
  newOptionsOf,
  type RunTrigger,
  type Template,
} from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import type { Job, JobProposal, Run, RunUpload } from '../ports/model.js';

export interface NewRunOptions {
  readonly trigger: RunTrigger;
  readonly isDryRun?: boolean | undefined;
  readonly proposal?: JobProposal | null | undefined;
  readonly scheduledFor?: Date | null | undefined;
  /** Default: a new one. */
  readonly id?: string | undefined;
  /** The upload whose rows it sends. */
  readonly upload?: RunUpload | undefined;
  /** That of the upload; default: that of the job. */
  readonly mapping?: Mapping | null | undefined;
  /** Columns in use instead of those of the job or its template. */
  readonly columns?: readonly Column[] | null | undefined;
  /** The run that it takes back. */
  readonly undoes?: Run | undefined;
  /** Sent with each delivery; default: that of the job. */
  readonly extra?: JsonValue | undefined;
}

/** A new run of a job, which has not started. */
export function newRun(
  context: Context,
  { job, template }: { job: Job; template: Pick<Template, 'code' | 'columns'> },
  options: NewRunOptions,
): Run {
  const now = context.now();
  const scheduledFor = options.scheduledFor ?? null;
  const id = options.id ?? context.newId('run');
  const uploadId = (options.upload ?? options.undoes?.upload)?.uploadId;
  const columns = options.columns ?? job.columns ?? template.columns;
  const newOptions = newOptionsOf(columns, options.mapping ?? job.mapping);
  return {
    id,
    projectId: job.projectId,
    jobId: job.id,
    templateId: job.templateId,
    externalUserId: job.externalUserId,
    trigger: options.trigger,
    isDryRun: options.isDryRun ?? false,
    proposal: options.proposal ?? null,
    upload: options.upload ?? null,
    outcome: 'queued',
    phase: 'waiting',
    counts: NO_COUNTS,
    error: null,
    held: null,
    decision: null,
    decisionDeliveryId: null,
    replacedBy: null,
    undoes: options.undoes?.id ?? null,
    undoneBy: null,
    warnings: [],
    scheduledFor,
    lateMs: scheduledFor && Math.max(0, now.getTime() - scheduledFor.getTime()),
    skippedTicks: 0,
    isCancelRequested: false,
    leaseOwner: null,
    leaseUntil: null,
    attempt: 0,
    stagedAttempt: 0,
    attemptsSinceRequeue: 0,
    failedFetches: 0,
    resumeAt: now,
    itemStateBefore: job.itemStateId,
    fetchStateAfter: null,
    knownItemsAfter: null,
    ending: null,
    closingDeliveryId: context.newId('dlv'),
    about: {
      projectId: job.projectId,
      jobId: job.id,
      runId: id,
      templateId: job.templateId,
      templateCode: template.code,
      externalUserId: job.externalUserId,
      label: job.label,
      trigger: options.trigger,
      extra: options.extra ?? job.extra,
      ...(uploadId !== undefined && { uploadId }),
      ...(options.undoes && { undoesRunId: options.undoes.id }),
      ...(newOptions.size > 0 && {
        newOptions: Object.fromEntries([...newOptions].map(([key, values]) => [key, [...values]])),
      }),
    },
    sample: [],
    createdAt: now,
    startedAt: null,
    finishedAt: null,
  };
}
