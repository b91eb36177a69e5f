import { InletError, summarize } from '@inlet/contracts';
import { createEvent } from '../execution/closing-event.js';
import type { Context } from '../ports/context.js';
import { type Run, runRef } from '../ports/model.js';
import { type Upload, uploadRef } from '../ports/uploads.js';
import { newRun } from '../runs/new-run.js';
import { addReviewLink } from './review-links.js';
import { templateOfUpload } from './template-of-upload.js';

const LINK_DAYS = 7;

/**
 * Tells the host that a person has to review an upload which it sent without one, and leaves the upload to that person.
 * Can be repeated: the event keeps its id, and is stored once.
 */
export async function notifyNeedsReview(context: Context, upload: Upload): Promise<void> {
  const { automation } = upload;
  if (automation === null || automation.isEnded) return;
  const { projectId } = upload;
  const { deliveryId } = automation;
  if (!(await context.store.deliveries.get({ projectId, deliveryId }))) await storeEvent(context, upload);
  await context.queue.setDelivery({ projectId, deliveryId, at: context.now() });
  await endAutomation(context, upload);
}

/** From now on, only people change the upload. */
export async function endAutomation(context: Context, upload: Upload): Promise<void> {
  const { automation } = upload;
  if (automation === null || automation.isEnded) return;
  await context.store.uploads.change(uploadRef(upload), {
    changes: { automation: { ...automation, isEnded: true } },
    now: context.now(),
  });
}

async function storeEvent(context: Context, upload: Upload): Promise<void> {
  const template = await templateOfUpload(context, upload);
  const { destination } = template;
  if (destination?.kind !== 'webhook' || !destination.events.includes('import.needs_review')) return;
  const run = await runOfEvent(context, upload);
  const link = run && (await addReviewLink(context, upload, LINK_DAYS));
  if (!run || !link || upload.automation === null) return;
  const event = createEvent(context, {
    run,
    template,
    id: upload.automation.deliveryId,
    type: 'import.needs_review',
    // It follows the closing event of the run.
    batches: run.counts.batches + 1,
    data: { uploadId: upload.id, counts: upload.counts, reviewUrl: link.url },
  });
  if (event) await context.store.deliveries.insert([event]);
}

/** The run that sent its rows; else one that says that none was started. An event belongs to a run. */
async function runOfEvent(context: Context, upload: Upload): Promise<Run | null> {
  const { projectId, finish, automation } = upload;
  if (automation === null) return null;
  const runId = finish?.runId ?? automation.runId;
  const known = await context.store.runs.get({ projectId, runId });
  if (known) return known;
  const [job, template] = await Promise.all([
    context.store.jobs.get(upload),
    context.store.templates.get(upload),
  ]);
  if (!job || !template) return null;
  const { mapping, columns, extra, revision } = upload;
  const run: Run = {
    ...newRun(
      context,
      { job, template },
      {
        trigger: 'upload',
        id: runId,
        upload: { uploadId: upload.id, revision, includeUnchanged: false },
        mapping,
        columns,
        extra,
      },
    ),
    outcome: 'not_started',
    phase: 'done',
    error: summarize(new InletError('upload_needs_review')),
    resumeAt: null,
    finishedAt: context.now(),
  };
  await context.store.runs.insert(run);
  return context.store.runs.get(runRef(run));
}
