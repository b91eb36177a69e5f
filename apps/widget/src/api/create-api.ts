import type {
  DiscardRequest,
  WidgetFeedJobView as JobView,
  OutlineProgress,
  OutlineResponse,
  Page,
  PreviewResponse,
  ProposedChanges,
  ReleaseRequest,
  ResentRows,
  ReviewSessionRequest,
  RunIssue,
  RunView,
  SchedulePreview,
  SchedulePreviewRequest,
  SessionRequest,
  SessionResponse,
  SuggestMappingResponse,
  UndoPlan,
  WidgetCreatedJob,
  WidgetGiven,
  WidgetJobInput,
  WidgetJobPatch,
  WidgetOutlineRequest,
  WidgetPreviewRequest,
  WidgetSuggestRequest,
  WidgetTemplate,
} from '@inlet/contracts';
import { readServerEvents } from '@inlet/contracts/server-events';
import { ApiProblem, isAbort, problemOfEvent, problemOfResponse } from './api-problem.js';
import { readOutline } from './read-outline.js';

type Fetch = (input: string, init?: RequestInit) => Promise<Response>;

export interface ApiOptions {
  /** The base of the widget's routes, with a slash at the end: `https://inlet.example/widget/v1/`. */
  readonly baseUrl: string;
  readonly fetch: Fetch;
  /** The language of texts in responses, such as `de` or `pt-BR`. */
  readonly locale: string;
  /** Returns the request for a session. Called again when the session has expired. */
  readonly startSession: () => Promise<SessionRequest | ReviewSessionRequest>;
  /** Below the base; default `sessions`. */
  readonly sessionPath?: string;
}

export type NewJob = Partial<WidgetJobInput> &
  Pick<WidgetJobInput, 'label' | 'source' | 'mapping' | 'schedule'>;
interface OutlineOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: OutlineProgress) => void;
}

interface PageOptions {
  readonly cursor: string | null;
  readonly signal?: AbortSignal | undefined;
}

export interface CallOptions {
  readonly method?: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Api = ReturnType<typeof createApi>;

/**
 * The client of the widget's routes. It does not validate responses: they come from the server that served this page,
 * and the schemas would be the largest part of the widget.
 */
export function createApi({ baseUrl, fetch, locale, startSession, sessionPath = 'sessions' }: ApiOptions) {
  let session: Promise<SessionResponse> | undefined;

  const begin = (): Promise<SessionResponse> => {
    session = startSession()
      .then((body) => send(sessionPath, { method: 'POST', body }))
      .then((response) => response.json() as Promise<SessionResponse>);
    const attempt = session;
    attempt.catch(() => {
      if (session === attempt) session = undefined;
    });
    return attempt;
  };

  async function send(
    path: string,
    { token, ...options }: CallOptions & { token?: string },
  ): Promise<Response> {
    const { method = 'GET', body, signal, accept = 'application/json', headers } = options;
    const response = await fetch(baseUrl + path, {
      method,
      headers: {
        accept,
        'accept-language': locale,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    }).catch((cause: unknown) => {
      throw isAbort(cause) ? cause : new ApiProblem('offline', { cause });
    });
    if (!response.ok) throw await problemOfResponse(response);
    return response;
  }

  /** Sends a request with the session's token. If the session has expired, starts a new one and repeats the request once. */
  async function call(path: string, options: CallOptions = {}): Promise<Response> {
    const { sessionToken } = await (session ?? begin());
    try {
      return await send(path, { ...options, token: sessionToken });
    } catch (error) {
      if (!(error instanceof ApiProblem) || !['session_expired', 'session_missing'].includes(error.code))
        throw error;
      const { sessionToken: renewed } = await begin();
      return send(path, { ...options, token: renewed });
    }
  }

  const json = async <Answer>(path: string, options?: CallOptions): Promise<Answer> =>
    (await call(path, options)).json() as Promise<Answer>;
  const post = <Answer>(path: string, body: unknown, signal?: AbortSignal) =>
    json<Answer>(path, { method: 'POST', body, signal });
  const query = (values: Readonly<Record<string, string | number | null | undefined>>) => {
    const given = Object.entries(values).flatMap(([name, value]) =>
      value == null ? [] : [[name, String(value)]],
    );
    return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
  };
  const jobPath = (jobId: string) => `jobs/${encodeURIComponent(jobId)}`;
  const runPath = (runId: string) => `runs/${encodeURIComponent(runId)}`;

  return {
    baseUrl,
    begin,
    /** The token of the session, which is started first if need be. */
    token: async (): Promise<string> => (await (session ?? begin())).sessionToken,
    call,
    json,
    /** The session's template, with the job's own columns if it has any. */
    getTemplate: (jobId: string) => json<WidgetTemplate>(`template${query({ jobId })}`),
    checkData: (data: unknown) => post<WidgetGiven>('data', { data }),
    /** Reports progress while the server reads the source. */
    outline: async (
      request: WidgetOutlineRequest,
      { signal, onProgress }: OutlineOptions,
    ): Promise<OutlineResponse> => {
      const accept = 'text/event-stream, application/json';
      return readOutline(
        await call('outline', { method: 'POST', body: request, signal, accept }),
        onProgress,
      );
    },
    suggestMapping: (request: WidgetSuggestRequest, signal: AbortSignal) =>
      post<SuggestMappingResponse>('suggest-mapping', request, signal),
    preview: (request: WidgetPreviewRequest, signal: AbortSignal) =>
      post<PreviewResponse>('preview', request, signal),
    previewSchedule: (request: SchedulePreviewRequest, signal: AbortSignal) =>
      post<SchedulePreview>('schedules/preview', request, signal),
    createJob: (job: NewJob) => post<WidgetCreatedJob>('jobs', job),
    listJobs: (cursor: string | null, signal?: AbortSignal) =>
      json<Page<JobView>>(`jobs${query({ cursor, limit: 50 })}`, { signal }),
    getJob: (jobId: string, signal?: AbortSignal) => json<JobView>(jobPath(jobId), { signal }),
    changeJob: (jobId: string, patch: WidgetJobPatch) =>
      json<JobView>(jobPath(jobId), { method: 'PATCH', body: patch }),
    deleteJob: async (jobId: string): Promise<void> => {
      await call(jobPath(jobId), { method: 'DELETE' });
    },
    pauseJob: (jobId: string) => json<JobView>(`${jobPath(jobId)}/pause`, { method: 'PUT' }),
    resumeJob: (jobId: string) => json<JobView>(`${jobPath(jobId)}/resume`, { method: 'PUT' }),
    runJob: (jobId: string, request: { dryRun: boolean; changes?: ProposedChanges }) =>
      post<RunView>(`${jobPath(jobId)}/run`, request),
    listRuns: (jobId: string, { cursor, signal }: PageOptions) =>
      json<Page<RunView>>(`${jobPath(jobId)}/runs${query({ cursor, limit: 20 })}`, { signal }),
    getRun: (runId: string, signal?: AbortSignal) => json<RunView>(runPath(runId), { signal }),
    releaseRun: (runId: string, decision: ReleaseRequest) =>
      post<RunView>(`${runPath(runId)}/release`, decision),
    discardRun: (runId: string, decision: DiscardRequest) =>
      post<RunView>(`${runPath(runId)}/discard`, decision),
    resendRejected: (runId: string) => post<ResentRows>(`${runPath(runId)}/resend-rejected`, {}),
    planUndo: (runId: string, signal: AbortSignal) => json<UndoPlan>(`${runPath(runId)}/undo`, { signal }),
    undoRun: (runId: string) => post<RunView>(`${runPath(runId)}/undo`, {}),
    cancelRun: (runId: string) => post<RunView>(`${runPath(runId)}/cancel`, {}),
    listIssues: (runId: string, { cursor, signal }: PageOptions) =>
      json<Page<RunIssue>>(`${runPath(runId)}/issues${query({ cursor, limit: 100 })}`, { signal }),
    downloadIssues: async (runId: string): Promise<Blob> =>
      (await call(`${runPath(runId)}/issues${query({ format: 'csv' })}`, { accept: 'text/csv' })).blob(),
    /** Yields the run now and after every change until it has finished. */
    followRun: async function* (runId: string, signal: AbortSignal): AsyncGenerator<RunView> {
      const response = await call(`${runPath(runId)}/events`, { signal, accept: 'text/event-stream' });
      if (!response.body) return;
      for await (const { type, data } of readServerEvents(response.body)) {
        if (type === 'run') yield JSON.parse(data) as RunView;
        else if (type === 'problem') throw problemOfEvent(data);
      }
    },
  };
}
