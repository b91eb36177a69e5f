import type {
  ColumnTexts,
  CorrectionsResult,
  FinishPlan,
  IssueGroups,
  Operation,
  ReviewLinkView,
  SheetPatchResult,
  SheetRows,
  UploadHead,
  UploadSuggestions,
  UploadView,
} from '@inlet/contracts';
import type {
  ColumnTextsQuestion,
  HeaderChoice,
  MappingChoice,
  NewImport,
  NewReviewLink,
  NewUpload,
  SheetChange,
  SheetDownloadQuestion,
  SheetQuestion,
  UploadFinish,
  UploadHeadQuestion,
} from './input-types.js';
import { type PageSource, pageSource } from './page-source.js';
import type { CallOptions, PostOptions, Sender } from './send-request.js';

const pathOf = (uploadId: string): string => `/uploads/${encodeURIComponent(uploadId)}`;
const operationPath = (uploadId: string, operationId: string): string =>
  `${pathOf(uploadId)}/operations/${encodeURIComponent(operationId)}`;

export interface UploadFilter {
  readonly externalUserId?: string | undefined;
  readonly templateId?: string | undefined;
  readonly status?: UploadView['status'] | undefined;
  /** Only uploads of which a run has sent rows, or none of them. */
  readonly isSent?: boolean | undefined;
}

export interface CustomColumns {
  /** Paths of further columns to keep, if the template has `allowCustomColumns`. */
  readonly customColumns?: readonly string[] | undefined;
}

export interface SentFile {
  /** Shown to people, and part of `sourceRow`. */
  readonly name: string;
  readonly bytes: Blob | Uint8Array<ArrayBuffer> | string;
}

/** Uploads: files that are mapped, reviewed and finished. */
export const uploadCalls = (sender: Sender) => ({
  create: (upload: NewUpload, options?: PostOptions): Promise<UploadView> =>
    sender.json({ method: 'POST', path: '/uploads', body: upload, options }),

  /** Newest first. */
  list: (filter: UploadFilter = {}): PageSource<UploadView> => pageSource(sender, '/uploads', { ...filter }),

  get: (uploadId: string, options?: CallOptions): Promise<UploadView> =>
    sender.json({ method: 'GET', path: pathOf(uploadId), options }),

  /** Resolves once all bytes are stored; the rows are read meanwhile and afterwards. Is not repeated if it fails. */
  sendFile: (uploadId: string, { name, bytes }: SentFile, options?: CallOptions): Promise<UploadView> =>
    sender.json({ method: 'POST', path: `${pathOf(uploadId)}/files`, query: { name }, file: bytes, options }),

  /** Only before the mapping is confirmed; the other files are read again. */
  removeFile: (uploadId: string, fileId: string, options?: CallOptions): Promise<UploadView> =>
    sender.json({
      method: 'DELETE',
      path: `${pathOf(uploadId)}/files/${encodeURIComponent(fileId)}`,
      options,
    }),

  /** The first rows of a file, with the proposed header. */
  getHead: (
    uploadId: string,
    { signal, ...question }: UploadHeadQuestion & CallOptions = {},
  ): Promise<UploadHead> =>
    sender.json({ method: 'GET', path: `${pathOf(uploadId)}/head`, query: question, options: { signal } }),

  chooseHeader: (uploadId: string, header: HeaderChoice, options?: CallOptions): Promise<UploadView> =>
    sender.json({ method: 'PUT', path: `${pathOf(uploadId)}/header`, body: header, options }),

  suggestMapping: (uploadId: string, options?: CallOptions): Promise<UploadSuggestions> =>
    sender.json({ method: 'GET', path: `${pathOf(uploadId)}/suggestions`, options }),

  /** The different texts of a column with options, and the option that each of them names. */
  listColumnTexts: (
    uploadId: string,
    question: ColumnTextsQuestion,
    options?: CallOptions,
  ): Promise<ColumnTexts> =>
    sender.json({ method: 'POST', path: `${pathOf(uploadId)}/column-texts`, body: question, options }),

  /** The rows are checked then: the status becomes `checking`, and `needs_review` in the end. */
  chooseMapping: (
    uploadId: string,
    mapping: MappingChoice,
    { customColumns, ...options }: CustomColumns & CallOptions = {},
  ): Promise<UploadView> =>
    sender.json({
      method: 'PUT',
      path: `${pathOf(uploadId)}/mapping`,
      body: { mapping, ...(customColumns && { customColumns }) },
      options,
    }),

  listRows: (
    uploadId: string,
    { signal, ...question }: SheetQuestion & CallOptions = {},
  ): Promise<SheetRows> =>
    sender.json({ method: 'GET', path: `${pathOf(uploadId)}/rows`, query: question, options: { signal } }),

  listIssues: (uploadId: string, options?: CallOptions): Promise<IssueGroups> =>
    sender.json({ method: 'GET', path: `${pathOf(uploadId)}/issues`, options }),

  /** Work that takes longer than a request may is an operation, to be asked for with `getOperation`. */
  editRows: (
    uploadId: string,
    change: SheetChange,
    options?: CallOptions,
  ): Promise<SheetPatchResult | { readonly operation: Operation }> =>
    sender.json({ method: 'PATCH', path: `${pathOf(uploadId)}/rows`, body: change, options }),

  getOperation: (uploadId: string, operationId: string, options?: CallOptions): Promise<Operation> =>
    sender.json({ method: 'GET', path: operationPath(uploadId, operationId), options }),

  /** The operation may run for another moment; it changes all of its rows or none. */
  cancelOperation: (uploadId: string, operationId: string, options?: CallOptions): Promise<Operation> =>
    sender.json({ method: 'DELETE', path: operationPath(uploadId, operationId), options }),

  /** What finishing would send now. */
  plan: (uploadId: string, options?: CallOptions): Promise<FinishPlan> =>
    sender.json({ method: 'GET', path: `${pathOf(uploadId)}/plan`, options }),

  /** The bytes of a file as they were sent. */
  openFile: (uploadId: string, fileId: string, options?: CallOptions): Promise<Response> =>
    sender.open({
      method: 'GET',
      path: `${pathOf(uploadId)}/files/${encodeURIComponent(fileId)}/content`,
      options,
    }),

  /** Rows as CSV or XLSX; the name of the file is in `content-disposition`. */
  openDownload: (
    uploadId: string,
    { signal, ...question }: SheetDownloadQuestion & CallOptions = {},
  ): Promise<Response> =>
    sender.open({
      method: 'GET',
      path: `${pathOf(uploadId)}/download`,
      query: question,
      options: { signal },
    }),

  /** Takes a downloaded file back that was corrected. `name` is that of the download, with its revision. */
  correctRows: (
    uploadId: string,
    { name, bytes, baseRevision }: SentFile & { readonly baseRevision?: number },
    options?: CallOptions,
  ): Promise<CorrectionsResult> =>
    sender.json({
      method: 'POST',
      path: `${pathOf(uploadId)}/corrections`,
      query: { name, baseRevision },
      file: bytes,
      options,
    }),

  /** Sends the rows; a second call for the same revision changes nothing. */
  finish: (uploadId: string, finish: UploadFinish, options?: PostOptions): Promise<UploadView> =>
    sender.json({ method: 'POST', path: `${pathOf(uploadId)}/finish`, body: finish, options }),

  /** A link to a page on which this upload, and nothing else, is reviewed and finished. */
  createReviewLink: (
    uploadId: string,
    link: NewReviewLink = {},
    options?: PostOptions,
  ): Promise<ReviewLinkView> =>
    sender.json({ method: 'POST', path: `${pathOf(uploadId)}/review-links`, body: link, options }),

  /** Ends all review links of the upload. */
  removeReviewLinks: (uploadId: string, options?: CallOptions): Promise<void> =>
    sender.json({ method: 'DELETE', path: `${pathOf(uploadId)}/review-links`, options }),

  /** Imports files without a person, as far as their rows allow it. */
  importFiles: (
    { files, extra, mapping, ...fields }: NewImport & { readonly files: readonly SentFile[] },
    options?: CallOptions,
  ): Promise<UploadView> => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) if (value !== undefined) form.append(name, value);
    if (extra !== undefined) form.append('extra', JSON.stringify(extra));
    if (mapping !== undefined) form.append('mapping', JSON.stringify(mapping));
    for (const { name, bytes } of files)
      form.append('file', bytes instanceof Blob ? bytes : new Blob([bytes]), name);
    return sender.json({ method: 'POST', path: '/imports', file: form, options });
  },

  cancel: (uploadId: string, options?: PostOptions): Promise<UploadView> =>
    sender.json({ method: 'POST', path: `${pathOf(uploadId)}/cancel`, options }),
});
