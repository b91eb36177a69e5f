import { type Column, type ErrorSummary, InletError, type JobInput, type Template } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import type { FeedJob, Job, Run } from '../ports/model.js';
import type { Upload } from '../ports/uploads.js';
import { withColumns } from '../templates/with-columns.js';
import { type Caller, requireUserId } from './caller.js';

/**
 * This module alone decides what a caller may see and do. Everything belongs to a project. A user sees only jobs and
 * runs with its id and the session's template; for it, nothing else exists.
 */

type ReadsStore = Pick<Context, 'store'>;

/** @throws InletError not_permitted if a user of the widget or an operator asks */
export function requireHost({ user, operator }: Caller): void {
  if (user || operator) throw new InletError('not_permitted');
}

/** Operators may do nothing until their permissions have rules here. */
function refuseOperator({ operator }: Caller): void {
  if (operator) throw new InletError('not_permitted');
}

export interface JobAddress {
  readonly jobId: string;
  /** The job must belong to this user; default: any. */
  readonly externalUserId?: string | undefined;
}

/** @throws InletError user_unknown, job_not_found */
export async function findVisibleJob(
  { store }: ReadsStore,
  caller: Caller,
  { jobId, externalUserId }: JobAddress,
): Promise<Job> {
  const isVisible = visibilityFor(caller);
  const job = await store.jobs.get({ projectId: caller.projectId, jobId });
  if (!job || !isVisible(job)) throw new InletError('job_not_found');
  if (externalUserId !== undefined && job.externalUserId !== externalUserId)
    throw new InletError('job_not_found');
  return job;
}

/** Like `findVisibleJob`, for what only a job with a source and a schedule has. @throws InletError job_of_uploads, too */
export async function findVisibleFeed(
  context: ReadsStore,
  caller: Caller,
  address: JobAddress,
): Promise<FeedJob> {
  const job = await findVisibleJob(context, caller, address);
  if (job.kind !== 'feed') throw new InletError('job_of_uploads');
  return job;
}

/** @throws InletError user_unknown, run_not_found */
export async function findVisibleRun({ store }: ReadsStore, caller: Caller, runId: string): Promise<Run> {
  const isVisible = visibilityFor(caller);
  const run = await store.runs.get({ projectId: caller.projectId, runId });
  if (!run || !isVisible(run)) throw new InletError('run_not_found');
  return run;
}

/** @throws InletError user_unknown, upload_not_found */
export async function findVisibleUpload(
  { store }: ReadsStore,
  caller: Caller,
  uploadId: string,
): Promise<Upload> {
  const isVisible = visibilityFor(caller);
  const upload = await store.uploads.get({ projectId: caller.projectId, uploadId });
  if (!upload || !isVisible(upload)) throw new InletError('upload_not_found');
  return upload;
}

/**
 * Finds a template by its id or code; an id wins over a code that looks like it.
 *
 * @throws InletError template_not_found
 */
export async function findTemplate(
  { store }: ReadsStore,
  { projectId }: Pick<Caller, 'projectId'>,
  idOrCode: string,
): Promise<Template> {
  const template =
    (await store.templates.get({ projectId, templateId: idOrCode })) ??
    (await store.templates.getByCode(projectId, idOrCode));
  if (!template) throw new InletError('template_not_found');
  return template;
}

/**
 * Returns a run that the caller may release or discard if it is held. A host may decide every run; a user those of their
 * imports, if the template allows it.
 *
 * @throws InletError user_unknown, run_not_found, not_permitted
 */
export async function findDecidableRun(context: ReadsStore, caller: Caller, runId: string): Promise<Run> {
  const run = await findVisibleRun(context, caller, runId);
  if (!caller.user) return run;
  const template = await context.store.templates.get(run);
  if (!template?.usersDecideHeldRuns) throw new InletError('not_permitted');
  return run;
}

type Owned = Pick<Job, 'externalUserId' | 'templateId'>;

function visibilityFor(caller: Caller): (owned: Owned) => boolean {
  refuseOperator(caller);
  const { user } = caller;
  if (!user) return () => true;
  const userId = requireUserId(user);
  return ({ externalUserId, templateId }) => externalUserId === userId && templateId === user.templateId;
}

/** The owner of the jobs that a caller lists: the user itself, or the one that the host names. */
export function listedOwner(
  caller: Caller,
  externalUserId: string | undefined,
): { externalUserId: string; templateId?: string } {
  refuseOperator(caller);
  const { user } = caller;
  if (user) return { externalUserId: requireUserId(user), templateId: user.templateId };
  if (externalUserId === undefined) throw new InletError('user_unknown');
  return { externalUserId };
}

/** The owner to whose things a caller's lists are limited: none for a host. */
export function visibleOwner(caller: Caller): { externalUserId?: string; templateId?: string } {
  refuseOperator(caller);
  const { user } = caller;
  return user ? { externalUserId: requireUserId(user), templateId: user.templateId } : {};
}

export type JobOwner = Pick<JobInput, 'templateId' | 'externalUserId' | 'extra'>;

/** The members that a host names. */
export type GivenOwner = { readonly [Name in keyof JobOwner]?: JobOwner[Name] | undefined };

/** User, template and `extra` of a new job: a user cannot choose them, a host names them. */
export function ownerOfNewJob(caller: Caller, given: GivenOwner): JobOwner {
  refuseOperator(caller);
  const { user } = caller;
  if (user) return { templateId: user.templateId, externalUserId: requireUserId(user), extra: user.extra };
  const { templateId, externalUserId, extra = null } = given;
  if (templateId === undefined) throw new InletError('template_not_found');
  if (externalUserId === undefined) throw new InletError('user_unknown');
  return { templateId, externalUserId, extra };
}

/** Columns that replace the template's: those of the session, else those that the job was made with. */
export function columnsOf({ user }: Caller, job: Pick<Job, 'columns'> | null): readonly Column[] | null {
  return user?.columns ?? job?.columns ?? null;
}

export interface TemplateUse {
  /** Named by a host; a user always has the template of its session. */
  readonly templateId?: string | undefined;
  /** The job that is being changed, if there is one. */
  readonly jobId?: string | undefined;
}

/**
 * The template with the columns in effect for the caller.
 *
 * @throws InletError template_not_found, user_unknown, job_not_found
 */
export async function findTemplateInUse(
  context: ReadsStore,
  caller: Caller,
  { templateId: named, jobId }: TemplateUse,
): Promise<Template> {
  refuseOperator(caller);
  const job = jobId === undefined ? null : await findVisibleJob(context, caller, { jobId });
  const templateId = caller.user?.templateId ?? named;
  if (templateId === undefined) throw new InletError('template_not_found');
  const template = await findTemplate(context, caller, templateId);
  return withColumns(template, columnsOf(caller, job));
}

/** An error without what its reader may not see: details of failed deliveries name the host's machines. */
export function visibleError({ user }: Caller, error: ErrorSummary | null): ErrorSummary | null {
  if (!user || !error?.code.startsWith('delivery_')) return error;
  const { detail: _, ...rest } = error;
  return rest;
}
