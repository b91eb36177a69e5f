import { InletError, type JobPatch, type JobView, type Source } from '@inlet/contracts';
import type { JobChanges } from '../ports/records.js';
import type { World } from '../ports/world.js';
import { findTemplate } from '../templates/find-template.js';
import { checkJob } from './check-job.js';
import { placeTick } from './create-job.js';
import { findJob } from './find-job.js';
import { nextRunAt } from './next-run-at.js';
import { viewJob } from './view-job.js';

/** Changes the fields that are given; source, mapping and schedule take effect at the next run. */
export async function changeJob(
  world: World,
  { projectId, jobId, patch }: { projectId: string; jobId: string; patch: JobPatch },
): Promise<JobView> {
  const now = world.now();
  const before = await findJob(world, { projectId, jobId });
  const template = await findTemplate(world, { projectId, templateId: before.templateId });
  const source = patch.source ? keepCredentials(before.source, patch.source) : before.source;
  const schedule = patch.schedule ?? before.schedule;
  checkJob(template, { source, mapping: patch.mapping ?? before.mapping, schedule, now });
  const changes = {
    ...withoutUndefined(patch),
    ...(patch.source && { source }),
    ...(patch.schedule && scheduleChanges(before, schedule, now)),
  };
  const job = await world.store.jobs.change(projectId, jobId, {
    changes,
    expectedRevision: before.revision,
    now,
  });
  if (!job) throw new InletError('job_changed_meanwhile');
  if (patch.schedule) await placeTick(world, job);
  return viewJob(job);
}

/** A new schedule moves the next run; a job that had ended lives again when the new schedule has a time for it. */
function scheduleChanges(
  before: Awaited<ReturnType<typeof findJob>>,
  schedule: NonNullable<JobPatch['schedule']>,
  now: Date,
): JobChanges {
  if (before.status === 'paused' || before.status === 'draft') return {};
  const at = nextRunAt({ schedule, createdAt: before.createdAt }, now);
  return { nextRunAt: at, status: at ? 'active' : 'ended' };
}

/** Headers and password are never shown, so a source without them keeps them, unless it moves to another site. */
function keepCredentials(before: Source, after: Source): Source {
  const isSameSite = new URL(before.url).origin === new URL(after.url).origin;
  if (!isSameSite) return after;
  const headers = after.headers ?? before.headers;
  const basicAuth = after.basicAuth ?? before.basicAuth;
  return { ...after, ...(headers && { headers }), ...(basicAuth && { basicAuth }) };
}

const withoutUndefined = (patch: JobPatch): JobChanges =>
  Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
