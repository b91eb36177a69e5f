import { type JsonValue, NO_COUNTS, type RunTrigger, type Template } from '@inlet/contracts';
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
  /** Sent with each delivery; default: that of the job. */
  readonly extra?: JsonValue | undefined;
}

/** A new run of a job, which has not started. */
export function newRun(
  context: Context,
  { job, template }: { job: Job; template: Pick<Template, 'code'> },
  options: NewRunOptions,
): Run {
  const now = context.now();
  const scheduledFor = options.scheduledFor ?? null;
  const id = options.id ?? context.newId('run');
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
      ...(options.upload && { uploadId: options.upload.uploadId }),
    },
    sample: [],
    createdAt: now,
    startedAt: null,
    finishedAt: null,
  };
}
