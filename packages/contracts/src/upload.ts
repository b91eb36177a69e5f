import { z } from 'zod';
import { columnKeySchema, severitySchema } from './column.js';
import { errorSummarySchema } from './error-summary.js';
import { deliveredRowSchema } from './event.js';
import { issueSchema } from './issue.js';
import { mappedColumnSchema, mappingSchema, pathSchema } from './mapping.js';
import { headingSchema, suggestionSchema } from './outline.js';
import { externalUserIdSchema, idSchema, instantSchema, jsonValueSchema } from './primitives.js';
import { sheetCountsSchema } from './sheet-counts.js';
import { sourceRowSchema } from './source-row.js';

/**
 * Status of an upload. `receiving`: bytes still arrive. `mapping`: its header and mapping can be chosen. `checking`: rows
 * are checked. `needs_review`: a person decides. `delivering`: a run sends its rows. `completed`: the receiver has
 * acknowledged all rows that were to be sent. `unreadable`: no reader understands the file, whose bytes are kept.
 */
export const UPLOAD_STATUSES = [
  'receiving',
  'mapping',
  'checking',
  'needs_review',
  'delivering',
  'completed',
  'unreadable',
  'failed',
  'cancelled',
  'expired',
] as const;
export const uploadStatusSchema = z.enum(UPLOAD_STATUSES);
export type UploadStatus = z.infer<typeof uploadStatusSchema>;

/** Whether an upload has ended, and does not change any more. */
export const isUploadFinished = ({ status }: { readonly status: UploadStatus }): boolean =>
  status === 'completed' || status === 'cancelled' || status === 'expired';

export const uploadFormatSchema = z.enum(['csv', 'xlsx', 'xls', 'xlsb', 'ods', 'json', 'ndjson', 'xml']);

export const worksheetSchema = z.strictObject({
  name: z.string(),
  /** Hidden worksheets can be chosen, but are never proposed. */
  isHidden: z.boolean(),
  /** As the file states it; null if it does not. */
  rows: z.int().nullable(),
});

export const uploadFileSchema = z.strictObject({
  id: idSchema('fil'),
  name: z.string(),
  /** null until the client has said it. */
  sizeBytes: z.int().nullable(),
  receivedBytes: z.int(),
  /** SHA-256 of the bytes, hex; null while they arrive. */
  sha256: z.string().nullable(),
  /** null until enough bytes have arrived. */
  format: uploadFormatSchema.nullable(),
  encoding: z.string().nullable(),
  delimiter: z.string().nullable(),
  worksheets: z.array(worksheetSchema),
  worksheet: z.string().nullable(),
  /** Why it cannot be read. */
  error: errorSummarySchema.nullable(),
  /** The latest finished upload of the same user and template that had a file with the same bytes. */
  sameAs: z.strictObject({ uploadId: idSchema('upl'), finishedAt: instantSchema, rows: z.int() }).nullable(),
  /**
   * How its headings differ from those of the first file; null if they fit. The rows of a file that does not fit are left
   * out, and the upload cannot be mapped until that file is removed or another header is chosen.
   */
  mismatch: z.strictObject({ missing: z.array(z.string()), extra: z.array(z.string()) }).nullable(),
});
export type UploadFile = z.infer<typeof uploadFileSchema>;

/** Where the headings are. */
export const uploadHeaderSchema = z.strictObject({
  /** The first file: the headings of the others are found by it. */
  fileId: idSchema('fil'),
  worksheet: z.string().max(200).optional(),
  encoding: z.string().max(40).optional(),
  delimiter: z.string().length(1).optional(),
  /** How many rows contain headings, which are joined; 0 if none does. */
  rows: z.int().min(0).max(5),
  /** The first of them, or the first row of values, as the file counts its rows from 1. */
  row: z.int().min(1).max(10_000),
});
export type UploadHeader = z.infer<typeof uploadHeaderSchema>;

/** Work on a sheet that takes longer than a request may. */
export const operationSchema = z.strictObject({
  id: idSchema('opn'),
  kind: z.enum(['check', 'replace', 'fix', 'fill', 'delete', 'undo', 'redo', 'sort', 'plan', 'download']),
  status: z.enum(['running', 'done', 'cancelled', 'failed']),
  /** Rows done so far, and in total. */
  done: z.int(),
  total: z.int(),
  error: errorSummarySchema.nullable(),
  /** Cells that a dry run has found; absent for other work, and until its end. */
  matches: z.int().optional(),
});
export type Operation = z.infer<typeof operationSchema>;

/** Who began it; `job`: it holds the invalid rows of an automatic import. */
export const uploadOriginSchema = z.enum(['person', 'api', 'job']);
export type UploadOrigin = z.infer<typeof uploadOriginSchema>;

export const uploadViewSchema = z.strictObject({
  id: idSchema('upl'),
  origin: uploadOriginSchema,
  templateId: idSchema('tpl'),
  externalUserId: z.string(),
  jobId: idSchema('job'),
  label: z.string(),
  status: uploadStatusSchema,
  files: z.array(uploadFileSchema),
  header: uploadHeaderSchema.nullable(),
  headings: z.array(headingSchema),
  mapping: mappingSchema.nullable(),
  /** Paths of further columns of the file, whose texts rows have in `custom`. */
  customColumns: z.array(z.string()),
  counts: sheetCountsSchema,
  /** Whether all rows of its files have been read; `counts.rows` grows until then. */
  isScanned: z.boolean(),
  /** Raised by each change of a cell, row or mapping. */
  revision: z.int(),
  runIds: z.array(idSchema('run')),
  /** Those of its runs that were taken back. */
  undoneRunIds: z.array(idSchema('run')),
  /** When its files and rows were removed, which the retention of the project decides; null while they are kept. */
  contentsRemovedAt: instantSchema.nullable(),
  error: errorSummarySchema.nullable(),
  createdAt: instantSchema,
  updatedAt: instantSchema,
  expiresAt: instantSchema,
});
export type UploadView = z.infer<typeof uploadViewSchema>;

export const uploadInputSchema = z.strictObject({
  templateId: z.string().min(1).max(100),
  externalUserId: externalUserIdSchema,
  label: z.string().trim().min(1).max(200).optional(),
  locale: z.string().max(35).optional(),
  extra: jsonValueSchema.optional(),
  /** Rows instead of a file: the texts of each row by column key. */
  rows: z.array(z.record(columnKeySchema, z.string().nullable())).max(10_000).optional(),
});
export type UploadInput = z.infer<typeof uploadInputSchema>;

export const importInputSchema = z.strictObject({
  templateId: z.string().min(1).max(100),
  externalUserId: externalUserIdSchema,
  label: z.string().trim().min(1).max(200).optional(),
  extra: jsonValueSchema.optional(),
  /** Default: as suggested. */
  mapping: mappingSchema.optional(),
  /** What happens if rows have errors. `deliver_valid`: the valid rows go, and the others are left to a person. */
  onInvalid: z.enum(['review', 'deliver_valid']).default('review'),
});
export type ImportInput = z.infer<typeof importInputSchema>;

export const reviewLinkInputSchema = z.strictObject({ days: z.int().min(1).max(30).default(7) });
export const reviewLinkSchema = z.strictObject({
  id: idSchema('lnk'),
  url: z.string(),
  expiresAt: instantSchema,
});
export type ReviewLinkView = z.infer<typeof reviewLinkSchema>;

/** An upload of the widget. User, template and `extra` come from the session. */
export const widgetUploadInputSchema = uploadInputSchema.omit({
  templateId: true,
  externalUserId: true,
  extra: true,
});
export type WidgetUploadInput = z.infer<typeof widgetUploadInputSchema>;

export const SHEET_VIEWS = ['all', 'valid', 'invalid', 'warnings'] as const;
export const sheetViewSchema = z.enum(SHEET_VIEWS);
export type SheetView = z.infer<typeof sheetViewSchema>;

export const sheetQuerySchema = z.strictObject({
  view: sheetViewSchema.default('all'),
  /** Only rows with an issue of this code, in `issueColumn` if that is given. */
  issue: z.string().max(60).optional(),
  /** Only rows with an issue in this column. */
  issueColumn: columnKeySchema.optional(),
  /** Only rows with this text in any cell, or in that of `column`. */
  contains: z.string().max(200).optional(),
  column: columnKeySchema.optional(),
  /** A column key, with `-` in front for descending order. */
  sort: z.string().max(101).optional(),
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
export type SheetQuery = z.infer<typeof sheetQuerySchema>;

export const sheetRowSchema = z.strictObject({
  id: z.int(),
  sourceRow: sourceRowSchema.nullable(),
  /** The mapped text of each column, in the order of the columns; null for a blank one. */
  cells: z.array(z.string().nullable()),
  issues: z.array(issueSchema),
  isEdited: z.boolean(),
});
export type SheetRowView = z.infer<typeof sheetRowSchema>;

export const sheetRowsSchema = z.strictObject({
  total: z.int(),
  revision: z.int(),
  rows: z.array(sheetRowSchema),
});
export type SheetRows = z.infer<typeof sheetRowsSchema>;

const rowId = z.int().min(0);

/** Rows that an operation concerns: single ones, or all of a view. */
const rowChoiceSchema = z.union([
  z.strictObject({ ids: z.array(rowId).min(1).max(10_000) }),
  sheetQuerySchema.pick({ view: true, issue: true, issueColumn: true, contains: true, column: true }),
]);

export const sheetOperationSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('set'),
    cells: z
      .array(
        z.strictObject({ row: rowId, column: columnKeySchema, text: z.string().max(1_048_576).nullable() }),
      )
      .min(1)
      .max(10_000),
  }),
  z.strictObject({ kind: z.literal('insert'), before: rowId.nullable(), rows: z.int().min(1).max(10_000) }),
  z.strictObject({ kind: z.literal('delete'), rows: rowChoiceSchema }),
  z.strictObject({
    kind: z.literal('fill'),
    rows: rowChoiceSchema,
    column: columnKeySchema,
    text: z.string().max(1_048_576).nullable(),
  }),
  z.strictObject({
    kind: z.literal('replace'),
    rows: rowChoiceSchema,
    /** undefined for all columns. */
    column: columnKeySchema.optional(),
    find: z.string().min(1).max(500),
    with: z.string().max(10_000),
    matchCase: z.boolean().default(false),
    wholeCell: z.boolean().default(false),
    /** `find` is a regular expression of RE2. */
    isRegex: z.boolean().default(false),
    /** Only counts the cells. */
    isDryRun: z.boolean().default(false),
  }),
  z.strictObject({
    kind: z.literal('fix'),
    column: columnKeySchema,
    issue: z.string().max(60),
    by: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('trim') }),
      z.strictObject({ kind: z.literal('read_date_as'), format: z.string().min(1).max(60) }),
      /** Decides dates whose day and month can be confused, whatever separates their parts. */
      z.strictObject({ kind: z.literal('read_date'), order: z.enum(['day_first', 'month_first']) }),
      z.strictObject({ kind: z.literal('read_number'), decimal: z.enum(['.', ',']) }),
      z.strictObject({ kind: z.literal('replace_by'), text: z.string().max(1_048_576).nullable() }),
    ]),
  }),
  z.strictObject({ kind: z.literal('undo') }),
  z.strictObject({ kind: z.literal('redo') }),
]);
export type SheetOperation = z.infer<typeof sheetOperationSchema>;

export const sheetPatchSchema = z.strictObject({
  baseRevision: z.int().min(0),
  operations: z.array(sheetOperationSchema).min(1).max(100),
});
export type SheetPatch = z.infer<typeof sheetPatchSchema>;

export const sheetPatchResultSchema = z.strictObject({
  revision: z.int(),
  counts: sheetCountsSchema,
  /** Cells that the operations have changed, and rows that they have deleted or added. */
  changed: z.int(),
  /** The changed rows, as they are now; at most 1,000. */
  rows: z.array(sheetRowSchema),
  /** Cells that somebody else changed since `baseRevision`, with their present text: they were not overwritten. */
  conflicts: z.array(z.strictObject({ row: rowId, column: columnKeySchema, text: z.string().nullable() })),
  /** Cells that the dry runs among the operations would change; absent without any. */
  matches: z.int().optional(),
});
export type SheetPatchResult = z.infer<typeof sheetPatchResultSchema>;

export const sheetFileFormatSchema = z.enum(['csv', 'xlsx']);

export const sheetDownloadSchema = z.strictObject({
  view: sheetViewSchema.default('all'),
  format: sheetFileFormatSchema.default('csv'),
});
export type SheetDownload = z.infer<typeof sheetDownloadSchema>;

/** The signed content of an address at which a browser downloads rows. */
export const downloadLinkSchema = z.strictObject({
  kind: z.literal('download'),
  id: z.string(),
  projectId: idSchema('prj'),
  uploadId: idSchema('upl'),
  expiresAt: z.int(),
  ...sheetDownloadSchema.shape,
});
export type DownloadLink = z.infer<typeof downloadLinkSchema>;

/** `token` belongs behind `/widget/v1/downloads/`; it works once. */
export const downloadTokenSchema = z.strictObject({ token: z.string(), expiresAt: instantSchema });
export type DownloadToken = z.infer<typeof downloadTokenSchema>;

export const correctionsQuerySchema = z.strictObject({
  /** Name of the file: that of the download ends with the revision that it was made from. */
  name: z.string().min(1).max(1000),
  /** Revision that the file was made from; default: the one in its name, else the present one. */
  baseRevision: z.coerce.number().int().min(0).optional(),
});

export const correctionsResultSchema = z.strictObject({
  revision: z.int(),
  counts: sheetCountsSchema,
  /** Cells that the file changes, those in `conflicts` included. */
  cells: z.int(),
  /** As for edits of rows; at most 1,000. */
  conflicts: sheetPatchResultSchema.shape.conflicts,
  /** Rows of the file that are no rows of the upload, and up to 20 of their labels. */
  unmatchedRows: z.int(),
  unmatchedExamples: z.array(z.string()).max(20),
  /** Headings of the file that are no columns. */
  unknownColumns: z.array(z.string()),
  /** Work that goes on after the answer; null if it is done. */
  operation: operationSchema.nullable(),
});
export type CorrectionsResult = z.infer<typeof correctionsResultSchema>;

/** The first rows of a file, from which a person chooses the row of the headings. */
export const uploadHeadSchema = z.strictObject({
  fileId: idSchema('fil'),
  format: uploadFormatSchema,
  encoding: z.string().nullable(),
  delimiter: z.string().nullable(),
  worksheet: z.string().nullable(),
  /** At most 20; blank rows are left out. Texts are cut to 500 characters. */
  rows: z.array(
    z.strictObject({ row: z.int(), isHidden: z.boolean(), cells: z.array(z.string().nullable()) }),
  ),
  /** The header that is proposed, and why; null for formats that name their values themselves, such as JSON. */
  proposal: z
    .strictObject({
      row: z.int(),
      rows: z.int(),
      /**
       * `names`: the first row holds names of the columns below it. `below_titles`: the rows above the names hold titles or
       * comments. `grouped_names`: a row above the names holds names of groups of columns. `values`: no row holds names.
       */
      reason: z.enum(['names', 'below_titles', 'grouped_names', 'values']),
    })
    .nullable(),
});
export type UploadHead = z.infer<typeof uploadHeadSchema>;

/** How the head of a file is to be read; parts left out are those of the upload. */
export const uploadHeadQuerySchema = z.strictObject({
  fileId: idSchema('fil').optional(),
  worksheet: z.string().max(200).optional(),
  encoding: z.string().max(40).optional(),
  delimiter: z.string().length(1).optional(),
});
export type UploadHeadQuery = z.infer<typeof uploadHeadQuerySchema>;

export const MOST_CUSTOM_COLUMNS = 50;

export const uploadMappingInputSchema = z.strictObject({
  mapping: mappingSchema,
  /** Paths of further columns to keep, if the template has `allowCustomColumns`. */
  customColumns: z.array(pathSchema).max(MOST_CUSTOM_COLUMNS).default([]),
});

export const uploadSuggestionsSchema = z.strictObject({
  suggestions: z.array(suggestionSchema),
  mapping: z.array(mappedColumnSchema),
  /** The mapping of the last file with the same headings, as far as the template still has its columns; null for none. */
  remembered: z
    .strictObject({
      mapping: z.array(mappedColumnSchema),
      customColumns: z.array(z.string()),
      at: instantSchema,
      /** Whether this user chose it, or another one of a project that shares mappings. */
      isOwn: z.boolean(),
    })
    .nullable(),
});
export type UploadSuggestions = z.infer<typeof uploadSuggestionsSchema>;

/** Asks for the different texts of a column of the template, as this entry maps them. */
export const columnTextsQuestionSchema = z.strictObject({ mapped: mappedColumnSchema });

export const columnTextSchema = z.strictObject({
  text: z.string(),
  /** Rows with it. */
  rows: z.int(),
  /** The option whose value, label or alternative it is; null for none. */
  option: z.string().nullable(),
  /** The only option that is spelled nearly alike; null if the text is an option, and for none or several. */
  similar: z.string().nullable(),
});
export type ColumnText = z.infer<typeof columnTextSchema>;

export const columnTextsSchema = z.strictObject({
  /** Whether all rows of the files have been read. */
  isComplete: z.boolean(),
  /** Different texts; counting ends at 10,000. */
  distinct: z.int(),
  /** How many of them are no option. */
  unknown: z.int(),
  /** At most 500: those that are no option first, then by number of rows. */
  texts: z.array(columnTextSchema).max(500),
});
export type ColumnTexts = z.infer<typeof columnTextsSchema>;

/** Issues of one kind in one column. */
export const issueGroupSchema = z.strictObject({
  /** null for issues of whole rows. */
  columnKey: z.string().nullable(),
  code: z.string(),
  severity: severitySchema,
  /** Rows with it. */
  rows: z.int(),
  /** The message of the first one, and up to three different values. */
  message: z.string(),
  samples: z.array(z.string()).max(3),
});
export type IssueGroup = z.infer<typeof issueGroupSchema>;

export const issueGroupsSchema = z.strictObject({
  revision: z.int(),
  /** Rows that are checked so far, and all. */
  checked: z.int(),
  total: z.int(),
  groups: z.array(issueGroupSchema),
});
export type IssueGroups = z.infer<typeof issueGroupsSchema>;

export const finishInputSchema = z.strictObject({
  revision: z.int(),
  /** Also sends rows that the receiver has already. */
  includeUnchanged: z.boolean().default(false),
});

/** What finishing would send. */
export const finishPlanSchema = z.strictObject({
  revision: z.int(),
  created: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  /** Blank cells of mapped columns in updated rows: each clears the value that the receiver may have. */
  blankWouldClear: z.int(),
});
export type FinishPlan = z.infer<typeof finishPlanSchema>;

/** A batch of an upload that waits for the page that shows the widget. */
export const pageBatchSchema = z.strictObject({
  runId: idSchema('run'),
  /** Stays the same if the batch is taken again. */
  deliveryId: idSchema('dlv'),
  batch: z.strictObject({ number: z.int(), of: z.int() }),
  rows: z.array(deliveredRowSchema),
});
export type PageBatch = z.infer<typeof pageBatchSchema>;

/** The next batch; null if there is none now. */
export const nextPageBatchSchema = z.strictObject({ next: pageBatchSchema.nullable() });

/** The answer of the page: the rows that it rejects, as in the answer of a webhook. */
export const pageAnswerSchema = z.strictObject({
  results: z
    .array(
      z.object({
        rowKey: z.string().max(100),
        status: z.string().max(50),
        errors: z
          .array(
            z.union([
              z.string().max(1000),
              z.object({ columnKey: z.string().max(100).nullish(), message: z.string().max(1000) }),
            ]),
          )
          .max(20)
          .nullish(),
      }),
    )
    .max(5000)
    .default([]),
});
export type PageAnswer = z.infer<typeof pageAnswerSchema>;
