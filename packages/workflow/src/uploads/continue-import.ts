import { setTimeout as sleep } from 'node:timers/promises';
import { InletError, type Mapping, type Template } from '@inlet/contracts';
import { checkMapping } from '@inlet/pipeline';
import type { Context } from '../ports/context.js';
import type { Job } from '../ports/model.js';
import { type Upload, type UploadRef, uploadRef } from '../ports/uploads.js';
import { startCheck } from './check-upload.js';
import { checkPaths } from './choose-mapping.js';
import { beginFinish } from './finish-upload.js';
import { endAutomation, notifyNeedsReview } from './notify-needs-review.js';
import { suggestUploadMapping } from './suggest-upload-mapping.js';
import { templateOfUpload } from './template-of-upload.js';

/** How often an upload is looked at whose next step is near, or takes longer. */
const SOON_MS = 50;
const LATER_MS = 500;
const SOON_FOR_MS = 3000;

/**
 * Takes an upload that came without a person from its files to its deliveries, in the background. Every step is one change
 * of the upload on the condition of its state, so that two processes which do this at once take each step once, and
 * maintenance goes on if the process ends.
 */
export function startImport(context: Context, ref: UploadRef): void {
  context.background.start(`import ${ref.uploadId}`, async (signal) => {
    const begun = Date.now();
    while (!signal.aborted) {
      const upload = await context.store.uploads.get(ref);
      if (!upload || (await continueImport(context, upload)) === 'rests') return;
      const waitMs = Date.now() - begun < SOON_FOR_MS ? SOON_MS : LATER_MS;
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    }
  });
}

/** Takes the next step. `rests`: nothing follows, or the end of the run goes on with it. */
async function continueImport(context: Context, upload: Upload): Promise<'continues' | 'rests'> {
  const { automation, status } = upload;
  if (automation === null || automation.isEnded || status === 'delivering') return 'rests';
  if (status === 'receiving' || status === 'checking') return 'continues';
  if (status === 'mapping' && (await mapImport(context, upload))) return 'continues';
  if (status === 'mapping') await notifyNeedsReview(context, upload);
  else if (status !== 'needs_review') await endAutomation(context, upload);
  else if (upload.finish !== null || !(await finishImport(context, upload)))
    await notifyNeedsReview(context, upload);
  else return 'continues';
  return 'rests';
}

/**
 * Maps the headings as the host has said, else as suggested. A required column that is not mapped is an issue of each row.
 * Returns false if nothing can be mapped.
 */
async function mapImport(context: Context, upload: Upload): Promise<boolean> {
  const mapping = await chooseOwnMapping(context, upload);
  if (mapping.length === 0) return false;
  const changed = await context.store.uploads.change(uploadRef(upload), {
    changes: {
      mapping,
      status: 'checking',
      revision: upload.revision + 1,
    },
    condition: { revision: upload.revision, statuses: ['mapping'] },
    now: context.now(),
  });
  if (changed) startCheck(context, uploadRef(upload));
  return true;
}

async function chooseOwnMapping(context: Context, upload: Upload): Promise<Mapping> {
  const given = upload.automation?.mapping;
  if (given) {
    const { columns } = await templateOfUpload(context, upload);
    if (isPossible(() => checkPaths(given, upload)) && isPossible(() => checkMapping(given, columns)))
      return given;
  }
  const { mapping } = await suggestUploadMapping(context, { projectId: upload.projectId }, upload.id);
  return mapping;
}

function isPossible(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (error instanceof InletError) return false;
    throw error;
  }
}

/** Starts the run if the host and the guard rails allow it. Returns false if a person has to decide. */
async function finishImport(context: Context, upload: Upload): Promise<boolean> {
  const job = await context.store.jobs.get(upload);
  const template = await context.store.templates.get(upload);
  if (!job || !template || !(await mayFinish(context, { upload, job, template }))) return false;
  const finish = await beginFinish(context, upload, { includeUnchanged: false });
  // Another upload of this user is being delivered: this one follows it.
  return finish.kind === 'begun' || finish.kind === 'changed' || finish.error.code === 'run_already_active';
}

interface ImportToFinish {
  readonly upload: Upload;
  readonly job: Job;
  readonly template: Template;
}

async function mayFinish(context: Context, { upload, job, template }: ImportToFinish): Promise<boolean> {
  const { counts, automation, mapping } = upload;
  const { guardRails } = job;
  if (!template.destination || !automation) return false;
  const { columns } = await templateOfUpload(context, upload);
  if (!mapping || !isPossible(() => checkMapping(mapping, columns))) return false;
  // The given mapping does not fit this file.
  if (automation.mapping && JSON.stringify(automation.mapping) !== JSON.stringify(mapping)) return false;
  // Somebody has edited it since.
  if (upload.lastEditId !== null) return false;
  if (counts.rows === 0) return !guardRails.holdWhenEmpty;
  if (counts.invalid === 0) return true;
  if (automation.onInvalid === 'review' || counts.valid === 0) return false;
  return (100 * counts.invalid) / counts.rows <= guardRails.maxInvalidPercent;
}
