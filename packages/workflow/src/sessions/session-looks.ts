import type {
  OutlineResponse,
  PreviewResponse,
  Session,
  Source,
  SuggestMappingResponse,
  WidgetOutlineRequest,
  WidgetPreviewRequest,
  WidgetSuggestRequest,
} from '@inlet/contracts';
import { keepCredentials, liftCredentials } from '../jobs/keep-credentials.js';
import type { Context } from '../ports/context.js';
import { type OutlineFromSourceOptions, outlineFromSource } from '../sources/outline-from-source.js';
import { previewRows } from '../sources/preview-source.js';
import { suggestForColumns } from '../sources/suggest-for-template.js';
import { findOwnJob } from './find-own.js';
import { findSessionTemplate } from './session-template.js';

interface Look<Request> {
  readonly session: Session;
  readonly request: Request;
  readonly signal?: AbortSignal;
}

export async function outlineInSession(
  context: Context,
  {
    session,
    request: { jobId, ...request },
    signal,
    onProgress,
  }: Look<WidgetOutlineRequest> & Pick<OutlineFromSourceOptions, 'onProgress'>,
): Promise<OutlineResponse> {
  const source = await withStoredCredentials(context, { session, jobId, source: request.source });
  const { projectId } = session;
  return outlineFromSource(context, {
    projectId,
    request: { ...request, source },
    ...(signal && { signal }),
    onProgress,
  });
}

export async function suggestInSession(
  context: Context,
  { session, request: { jobId, source: given, outline }, signal }: Look<WidgetSuggestRequest>,
): Promise<SuggestMappingResponse> {
  const { columns } = await findSessionTemplate(context, { session, jobId });
  const source = given && (await withStoredCredentials(context, { session, jobId, source: given }));
  return suggestForColumns(context, {
    projectId: session.projectId,
    columns,
    request: { ...(source && { source }), ...(outline && { outline }) },
    ...(signal && { signal }),
  });
}

export async function previewInSession(
  context: Context,
  { session, request: { jobId, ...request }, signal }: Look<WidgetPreviewRequest>,
): Promise<PreviewResponse> {
  const template = await findSessionTemplate(context, { session, jobId });
  const source = await withStoredCredentials(context, { session, jobId, source: request.source });
  return previewRows(context, { template, request: { ...request, source }, ...(signal && { signal }) });
}

/** Who changes a job cannot see its headers and password, and need not give them again to look at the same site. */
async function withStoredCredentials(
  context: Context,
  { session, jobId, source }: { session: Session; jobId: string | undefined; source: Source },
): Promise<Source> {
  if (jobId === undefined) return source;
  const job = await findOwnJob(context, { session, jobId });
  return keepCredentials(job.source, liftCredentials(source));
}
