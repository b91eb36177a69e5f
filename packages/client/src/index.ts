export type {
  Credential,
  DeliveredRow,
  DeliveryView,
  DestinationTest,
  ErrorCode,
  FeedJobView,
  IssueGroups,
  JobView,
  Operation,
  OutlineProgress,
  OutlineResponse,
  Page,
  Problem,
  ProjectView,
  RunIssue,
  RunView,
  SchedulePreview,
  SheetPatchResult,
  SheetRows,
  TemplateView,
  UploadHead,
  UploadJobView,
  UploadSuggestions,
  UploadView,
  WebhookEvent,
} from '@inlet/contracts';
export { createInletClient, type InletClient } from './create-inlet-client.js';
export { InletApiError, InletConnectionError } from './errors.js';
export type { CreatedJob } from './import-jobs.js';

export type {
  ColumnTextsQuestion,
  DiscardDecision,
  HeaderChoice,
  JobChange,
  MappingChoice,
  NewImport,
  NewJob,
  NewReviewLink,
  NewTemplate,
  NewUpload,
  OutlineQuestion,
  PreviewQuestion,
  ProjectChange,
  ReleaseDecision,
  RotationQuestion,
  RunQuestion,
  ScheduleQuestion,
  SheetChange,
  SheetDownloadQuestion,
  SheetQuestion,
  SuggestionQuestion,
  TemplateChange,
  UploadFinish,
  UploadHeadQuestion,
} from './input-types.js';
export type { PageOptions, PageSource } from './page-source.js';
export type { CallOptions, ClientOptions, PostOptions } from './send-request.js';
export type { OutlineOptions } from './sources.js';
export type { ForceOptions } from './templates.js';
export type { CustomColumns, SentFile, UploadFilter } from './uploads.js';
export { type VerifyOptions, verifyWebhook } from './verify-webhook.js';
export { type VerificationFault, WebhookVerificationError } from './webhook-verification-error.js';
