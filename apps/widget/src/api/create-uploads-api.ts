import type {
  ColumnTexts,
  DownloadToken,
  FinishPlan,
  IssueGroups,
  JsonValue,
  MappedColumn,
  Mapping,
  Operation,
  Page,
  PageBatch,
  SheetDownload,
  SheetPatch,
  SheetPatchResult,
  SheetRows,
  UploadHead,
  UploadHeader,
  UploadHeadQuery,
  UploadSuggestions,
  UploadView,
  WidgetUploadInput,
} from '@inlet/contracts';
import { readServerEvents } from '@inlet/contracts/server-events';
import { loadPart } from '../components/load-part.js';
import type { SheetFilter } from '../review/sheet-rows.js';
import type { TransferOptions } from '../transfer/send-files.js';
import { ApiProblem, problemOfEvent } from './api-problem.js';
import type { Api } from './create-api.js';
import { type GivenValues, NO_VALUES } from './given-values.js';
import { type SendingOptions, sendCorrectedFile } from './send-corrected-file.js';

/** The code that sends files; loaded once the person has chosen one. */
const loadTransfer = () =>
  loadPart(() => import('../transfer/send-files.js')).catch((cause: unknown) => {
    throw new ApiProblem('part_missing', { cause });
  });

export type UploadsApi = ReturnType<typeof createUploadsApi>;

interface RowsRange extends SheetFilter {
  readonly offset: number;
  readonly limit: number;
}

type QueryValues = { readonly [Name in string]?: string | number | null | undefined };

function query(values: QueryValues): string {
  const given = Object.entries(values).flatMap(([name, value]) =>
    value == null || value === '' ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

/** The routes of uploads. Loaded only by widgets that import files. */
export function createUploadsApi(api: Api, given: GivenValues = NO_VALUES) {
  const { json, call } = api;
  const pathOf = (uploadId: string) => `uploads/${encodeURIComponent(uploadId)}`;
  const put = <Answer>(path: string, body: unknown) => json<Answer>(path, { method: 'PUT', body });
  const post = <Answer>(path: string, body: unknown) => json<Answer>(path, { method: 'POST', body });
  return {
    create: ({ rows, ...input }: WidgetUploadInput) =>
      post<UploadView>('uploads', { ...input, ...(rows && { rows: given.fillRows(rows) }) }),
    /** The uploads of the user, the newest first. */
    list: (signal: AbortSignal) => json<Page<UploadView>>(`uploads${query({ limit: 20 })}`, { signal }),
    /** The uploads of the user whose rows were sent, the newest first. */
    listSent: (cursor: string | null, signal?: AbortSignal) =>
      json<Page<UploadView>>(`uploads${query({ isSent: 'true', cursor, limit: 20 })}`, { signal }),
    get: (uploadId: string, signal?: AbortSignal) => json<UploadView>(pathOf(uploadId), { signal }),
    /** Returns the upload when all files have arrived. */
    sendFiles: async (uploadId: string, files: readonly File[], options: TransferOptions) => {
      const { sendFiles } = await loadTransfer();
      await sendFiles(api, { uploadId, files }, options);
      return json<UploadView>(pathOf(uploadId), { signal: options.signal });
    },
    /** A file with the columns of the template, to fill in. */
    sample: async (format: 'csv' | 'xlsx'): Promise<Blob> =>
      (await call(`template/sample${query({ format })}`, { accept: '*/*' })).blob(),
    removeFile: (uploadId: string, fileId: string) =>
      json<UploadView>(`${pathOf(uploadId)}/files/${encodeURIComponent(fileId)}`, { method: 'DELETE' }),
    head: (uploadId: string, how: UploadHeadQuery, signal: AbortSignal) =>
      json<UploadHead>(`${pathOf(uploadId)}/head${query(how)}`, { signal }),
    chooseHeader: (uploadId: string, header: UploadHeader) =>
      put<UploadView>(`${pathOf(uploadId)}/header`, header),
    suggest: (uploadId: string, signal?: AbortSignal) =>
      json<UploadSuggestions>(`${pathOf(uploadId)}/suggestions`, { signal }).then(given.hideSuggestions),
    columnTexts: (uploadId: string, mapped: MappedColumn, signal: AbortSignal) =>
      json<ColumnTexts>(`${pathOf(uploadId)}/column-texts`, { method: 'POST', body: { mapped }, signal }),
    chooseMapping: (uploadId: string, choice: { mapping: Mapping; customColumns: readonly string[] }) =>
      put<UploadView>(`${pathOf(uploadId)}/mapping`, {
        ...choice,
        mapping: given.fillMapping(choice.mapping),
      }),
    rows: (uploadId: string, range: RowsRange, signal?: AbortSignal) =>
      json<SheetRows>(`${pathOf(uploadId)}/rows${query({ ...range })}`, { signal }).then(given.hideCells),
    issues: (uploadId: string, signal?: AbortSignal) =>
      json<IssueGroups>(`${pathOf(uploadId)}/issues`, { signal }),
    /** Returns the changed rows, or the operation that goes on after the answer. */
    patch: (uploadId: string, patch: SheetPatch) =>
      json<SheetPatchResult | { readonly operation: Operation }>(`${pathOf(uploadId)}/rows`, {
        method: 'PATCH',
        body: patch,
      }).then((answer) => ('rows' in answer ? given.hideCells(answer) : answer)),
    operation: (uploadId: string, operationId: string) =>
      json<Operation>(`${pathOf(uploadId)}/operations/${encodeURIComponent(operationId)}`),
    cancelOperation: async (uploadId: string, operationId: string): Promise<void> => {
      await call(`${pathOf(uploadId)}/operations/${encodeURIComponent(operationId)}`, { method: 'DELETE' });
    },
    finish: (uploadId: string, revision: number) =>
      post<UploadView>(`${pathOf(uploadId)}/finish`, { revision }),
    /** The rows that finishing would send now. */
    plan: (uploadId: string, signal: AbortSignal) => json<FinishPlan>(`${pathOf(uploadId)}/plan`, { signal }),
    /** An address at which the browser downloads rows, once and at once. */
    downloadAddress: async (uploadId: string, file: SheetDownload): Promise<string> => {
      const { token } = await post<DownloadToken>(`${pathOf(uploadId)}/download-links`, file);
      return `${api.baseUrl}downloads/${token}`;
    },
    /** Sends a downloaded file back that was corrected. */
    correct: (uploadId: string, file: File, options: SendingOptions) =>
      sendCorrectedFile(
        api,
        { path: `${pathOf(uploadId)}/corrections${query({ name: file.name })}`, file },
        options,
      ),
    /** The next batch for the page of the host; null if there is none now. */
    nextBatch: (uploadId: string, signal: AbortSignal) =>
      json<{ readonly next: PageBatch | null }>(`${pathOf(uploadId)}/batches/next`, { signal }),
    answerBatch: async (uploadId: string, deliveryId: string, answer: { results?: JsonValue }) => {
      await call(`${pathOf(uploadId)}/batches/${encodeURIComponent(deliveryId)}`, {
        method: 'POST',
        body: answer,
      });
    },
    cancel: (uploadId: string) => post<UploadView>(`${pathOf(uploadId)}/cancel`, {}),
    /** Yields the upload now and after each change, until it has ended or the connection breaks. */
    follow: async function* (uploadId: string, signal: AbortSignal): AsyncGenerator<UploadView> {
      const accept = 'text/event-stream';
      const response = await call(`${pathOf(uploadId)}/events`, { signal, accept });
      if (!response.body) return;
      for await (const { type, data } of readServerEvents(response.body)) {
        if (type === 'problem') throw problemOfEvent(data);
        if (type === 'upload') yield JSON.parse(data) as UploadView;
      }
    },
  };
}
