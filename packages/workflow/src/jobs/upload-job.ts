import type { Template } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import { type Job, NOTHING_FETCHED } from '../ports/model.js';

const made = new Map<string, Job>();
export async function findOrCreateUploadJob(
  context: Context,
  { projectId, template, externalUserId }: { projectId: string; template: Template; externalUserId: string },
): Promise<Job> {
  const key = `${projectId} ${template.id} ${externalUserId}`;
  const known = made.get(key);
  if (known) return known;
  const now = context.now();
  const job: Job = {
    id: context.newId('job'), projectId, templateId: template.id, externalUserId, label: template.name, status: 'active', pausedBecause: null,
    source: { kind: 'url', url: 'http://x.example/' } as never, recordPath: '/', parseOptions: {}, mapping: [], identity: { by: 'template' }, firstRun: 'all', filter: null, columns: null,
    schedule: { kind: 'years', month: 1, on: { kind: 'day', day: 1 }, time: '00:00', timeZone: 'UTC', every: 5 } as never, overlap: 'skip',
    changeDetection: { send: 'new_and_changed', removed: false, ignoreColumns: [] }, guardRails: { maxInvalidPercent: 50, maxRemovedPercent: 30, holdWhenEmpty: true, holdOnDrift: true, holdOnChurn: true, sourceIncomplete: 'hold', pauseAfterFailures: 10 },
    whenHeld: 'replace', extra: null, nextRunAt: null, activeRunId: null, heldRunId: null, hasQueuedTick: false, lastRun: null, failuresInARow: 0, knownItems: 0, itemStateId: null, fetchState: NOTHING_FETCHED, bodyLimit: null, temporaryUntil: null, runCount: 0, revision: 1, createdAt: now, updatedAt: now,
  };
  await context.store.jobs.insert(job);
  made.set(key, job);
  return job;
}
