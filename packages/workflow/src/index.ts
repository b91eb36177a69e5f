export type { Caller, CallingOperator, CallingUser } from './access/caller.js';
export type { ImportResult } from './execution/execution.js';
export { runImport } from './execution/run-import.js';
export { readChanges } from './ingest/read-changes.js';
export { createThreadedReader, type ThreadOptions } from './ingest/thread/threaded-reader.js';
export { changeJob } from './jobs/change-job.js';
export { checkWidgetData } from './jobs/check-widget-data.js';
export { createJob } from './jobs/create-job.js';
export { getJob, listJobs } from './jobs/get-job.js';
export { previewScheduleOf } from './jobs/job-schedule.js';
export { pauseJob, resumeJob } from './jobs/pause-job.js';
export { removeJob } from './jobs/remove-job.js';
export { resetJob } from './jobs/reset-job.js';
export * from './ports/background.js';
export type {
  ReadChanges,
  ReadChangesOptions,
  ReadChangesRequest,
  ReadPiece,
} from './ports/change-reader.js';
export * from './ports/context.js';
export type * from './ports/erasures.js';
export type * from './ports/file-memories.js';
export * from './ports/model.js';
export * from './ports/queue.js';
export * from './ports/sheets.js';
export * from './ports/store.js';
export * from './ports/uploads.js';
export { createProject } from './projects/create-project.js';
export { hashKey } from './projects/credentials.js';
export { findByPublishableKey, findBySecretKey } from './projects/find-by-key.js';
export { getProject } from './projects/get-project.js';
export { isCurrentCredential } from './projects/is-current-credential.js';
export { keepKeyOwners } from './projects/keep-key-owners.js';
export { endGracePeriod, rotateCredential } from './projects/rotate-credential.js';
export { type ProjectChanges, updateProject } from './projects/update-project.js';
export { createSheets, type SheetsContext } from './review/thread/threaded-sheets.js';
export { cancelRun } from './runs/cancel-run.js';
export { discardHeldRun, releaseHeldRun } from './runs/decide-run.js';
export { getRun, listRunDeliveries, listRunIssues, listRuns, streamRunIssues } from './runs/get-run.js';
export { replayDelivery, replayRun } from './runs/replay-deliveries.js';
export { resendRejectedRows } from './runs/resend-rejected-rows.js';
export { runJob } from './runs/run-job.js';
export { planUndo, undoRun } from './runs/undo-run.js';
export { frameAncestors } from './sessions/allowed-origins.js';
export { authenticateSession, callerOfSession, checkNotExpired } from './sessions/authenticate-session.js';
export { createKeySets } from './sessions/create-key-sets.js';
export { createSessionSigner } from './sessions/create-session-signer.js';
export { openSession } from './sessions/open-session.js';
export { checkReviewSession, isRunOfReview, openReviewSession } from './sessions/review-session.js';
export { findScheme } from './sources/find-scheme.js';
export { outlineFromSource } from './sources/outline-from-source.js';
export { previewSource } from './sources/preview-source.js';
export { suggestMappingFor } from './sources/suggest-mapping-for.js';
export { changeTemplate } from './templates/change-template.js';
export { createTemplate } from './templates/create-template.js';
export { getSessionTemplate, getTemplate, listTemplates } from './templates/get-template.js';
export { removeTemplate } from './templates/remove-template.js';
export { testDestination } from './templates/test-destination.js';
export { type SampleFile, writeSample } from './templates/write-sample.js';
export { chooseHeader } from './uploads/choose-header.js';
export { chooseMapping } from './uploads/choose-mapping.js';
export { correctSheet } from './uploads/correct-sheet.js';
export { createUpload } from './uploads/create-upload.js';
export { createImport, createUploadWithFiles, type FormFile } from './uploads/create-with-files.js';
export { createDownloadLink, followDownloadLink } from './uploads/download-link.js';
export { createFileArrivals } from './uploads/file-arrivals.js';
export { cancelUpload, finishUpload } from './uploads/finish-upload.js';
export { getUpload, listUploads } from './uploads/get-upload.js';
export { listColumnTexts } from './uploads/list-column-texts.js';
export { acknowledgePageBatch, nextPageBatch } from './uploads/page-batches.js';
export { planFinish } from './uploads/plan-finish.js';
export { readUploadHead } from './uploads/read-head.js';
export { readUploadedFile } from './uploads/read-uploaded-file.js';
export {
  addFile,
  appendStream,
  completeFile,
  declareFileSize,
  findTransfer,
  receiveFile,
  type Transfer,
} from './uploads/receive-file.js';
export { removeFile } from './uploads/remove-file.js';
export { removeUpload } from './uploads/remove-upload.js';
export { createReviewLink, removeReviewLinks } from './uploads/review-links.js';
export { downloadSheet } from './uploads/sheet-file.js';
export {
  cancelSheetOperation,
  editSheet,
  getSheetOperation,
  listSheetIssues,
  listSheetRows,
} from './uploads/sheet-rows.js';
export { suggestUploadMapping } from './uploads/suggest-upload-mapping.js';
export { createTransferDigests } from './uploads/transfer-digests.js';
export { eraseUser, getErasure } from './users/erase-user.js';
export { createWorkHandlers } from './worker/work-handlers.js';
