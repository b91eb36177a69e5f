import { changeDetectionSchema, guardRailsSchema, type Template } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import { NOTHING_FETCHED, type UploadJob } from '../ports/model.js';

export interface UploadJobOwner {
  readonly projectId: string;
  readonly template: Pick<Template, 'id' | 'name'>;
  readonly externalUserId: string;
}

/**
 * The job that takes the rows of all uploads of a user for a template. It is made with the first upload, has the items of
 * all of them, and runs one run at a time.
 */
export function findOrCreateUploadJob(
  context: Pick<Context, 'store' | 'newId' | 'now'>,
  { projectId, template, externalUserId }: UploadJobOwner,
): Promise<UploadJob> {
  const now = context.now();
  return context.store.jobs.findOrInsert({
    kind: 'upload',
    id: context.newId('job'),
    projectId,
    templateId: template.id,
    externalUserId,
    label: template.name,
    status: 'active',
    pausedBecause: null,
    source: null,
    recordPath: '/',
    parseOptions: {},
    mapping: [],
    identity: { by: 'template' },
    firstRun: 'all',
    filter: null,
    columns: null,
    schedule: null,
    overlap: 'skip',
    changeDetection: changeDetectionSchema.parse({}),
    guardRails: guardRailsSchema.parse({}),
    whenHeld: 'replace',
    extra: null,
    nextRunAt: null,
    activeRunId: null,
    heldRunId: null,
    hasQueuedTick: false,
    lastRun: null,
    failuresInARow: 0,
    knownItems: 0,
    itemStateId: null,
    fetchState: NOTHING_FETCHED,
    bodyLimit: null,
    temporaryUntil: null,
    runCount: 0,
    revision: 1,
    createdAt: now,
    updatedAt: now,
  });
}
