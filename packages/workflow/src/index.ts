export { type ImportResult, runImport } from './execution/run-import.js';
export { readChanges } from './ingest/read-changes.js';
export { createThreadedReader, type ThreadOptions } from './ingest/thread/threaded-reader.js';
export { changeJob } from './jobs/change-job.js';
export { createJob } from './jobs/create-job.js';
export { getJob, listJobsOfUser } from './jobs/get-job.js';
export { pauseJob } from './jobs/pause-job.js';
export { removeJob } from './jobs/remove-job.js';
export { resetJob } from './jobs/reset-job.js';
export { resumeJob } from './jobs/resume-job.js';
export * from './ports/context.js';
export * from './ports/model.js';
export * from './ports/queue.js';
export type { ReadChanges, ReadChangesRequest, ReadPiece } from './ports/read-changes.js';
export * from './ports/store.js';
export { previewScheduleOf } from './preview-schedule-of.js';
export { authenticate } from './projects/authenticate.js';
export { createProject } from './projects/create-project.js';
export { rotateSecretKey } from './projects/rotate-secret-key.js';
export { type ProjectChanges, updateProject } from './projects/update-project.js';
export { cancelRun } from './runs/cancel-run.js';
export { getRun, listRunDeliveries, listRunIssues, listRuns, streamRunIssues } from './runs/get-run.js';
export { replayDelivery, replayRun } from './runs/replay.js';
export { runJob } from './runs/run-job.js';
export { frameAncestors } from './sessions/allowed-origins.js';
export { authenticateSession, refuseExpired } from './sessions/authenticate-session.js';
export { createSessionSigner } from './sessions/create-session-signer.js';
export { findByPublishableKey } from './sessions/find-by-publishable-key.js';
export { openSession } from './sessions/open-session.js';
export { checkSessionData } from './sessions/session-data.js';
export {
  changeSessionJob,
  createSessionJob,
  getSessionJob,
  listSessionJobs,
  listSessionRuns,
  pauseSessionJob,
  removeSessionJob,
  resumeSessionJob,
  runSessionJob,
} from './sessions/session-jobs.js';
export { outlineInSession, previewInSession, suggestInSession } from './sessions/session-looks.js';
export {
  cancelSessionRun,
  getSessionRun,
  listSessionRunIssues,
  streamSessionRunIssues,
} from './sessions/session-runs.js';
export { getSessionTemplate } from './sessions/session-template.js';
export { outlineFromSource } from './sources/outline-from-source.js';
export { previewSource } from './sources/preview-source.js';
export { suggestForTemplate } from './sources/suggest-for-template.js';
export { changeTemplate } from './templates/change-template.js';
export { createTemplate } from './templates/create-template.js';
export { getTemplate, listTemplates } from './templates/get-template.js';
export { removeTemplate } from './templates/remove-template.js';
export { testDestination } from './templates/test-destination.js';
export { workHandlers } from './worker/work-handlers.js';
