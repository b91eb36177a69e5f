import type { Context } from '../ports/context.js';
import type { Run, RunEnding } from '../ports/model.js';

/** Notes at the upload that the rows of its run were taken back. Can be repeated. */
export async function noteUndoneRun(
  context: Pick<Context, 'store' | 'now'>,
  {
    projectId,
    runId,
    ending,
  }: Pick<Run, 'projectId'> & { runId: string; ending: Pick<RunEnding, 'outcome'> },
): Promise<void> {
  if (ending.outcome === 'failed' || ending.outcome === 'cancelled') return;
  const run = await context.store.runs.get({ projectId, runId });
  const uploadId = run?.upload?.uploadId;
  if (uploadId === undefined) return;
  const upload = await context.store.uploads.get({ projectId, uploadId });
  if (!upload || upload.undoneRunIds.includes(runId)) return;
  const undoneRunIds = [...upload.undoneRunIds, runId];
  await context.store.uploads.change(
    { projectId, uploadId },
    { changes: { undoneRunIds }, now: context.now() },
  );
}
