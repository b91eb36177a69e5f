import { type Column, InletError, type Template } from '@inlet/contracts';
import { BY_CONTENT, type DecidedIdentity, NO_HINTS } from '@inlet/pipeline';
import { batchLimits } from '../outbox/batch-limits.js';
import type { ReadChangesRequest } from '../ports/change-reader.js';
import type { Context } from '../ports/context.js';
import { type Job, NOTHING_FETCHED, type RunUpload } from '../ports/model.js';
import { SHEET_ROW_PATHS } from '../ports/sheets.js';
import type { Upload } from '../ports/uploads.js';
import { templateOfUpload } from '../uploads/template-of-upload.js';
import type { IngestedSource, IngestOptions } from './ingest-source.js';
import { loadItems } from './load-items.js';

const DAY_MS = 86_400_000;

export interface IngestSheetOptions extends Omit<IngestOptions, 'job' | 'acceptsCut'> {
  readonly job: Job;
  readonly upload: RunUpload;
}

/**
 * Read, check, diff: passes the valid rows of a reviewed upload to `batches`. Without identity columns, rows are compared
 * with those that an earlier finish of the same upload has sent: those of another upload are other rows.
 */
export async function ingestSheet(context: Context, options: IngestSheetOptions): Promise<IngestedSource> {
  const { job, batches, issues, signal, onProgress } = options;
  const { projectId } = job;
  const { uploadId, revision } = options.upload;
  const upload = await context.store.uploads.get({ projectId, uploadId });
  if (upload?.revision !== revision) throw new InletError('upload_changed');
  const template = await templateOfUpload(context, upload);
  const by = comparedBy(template, uploadId);
  const known = hasKnownRows(job, by) ? await loadItems(context, { ...job, jobId: job.id }) : [];
  const mapped = (upload.mapping ?? []).map(({ column }) => column);
  const request = sheetRequest(context, {
    ...options,
    template,
    customHeadings: customHeadingsOf(upload),
    known: known ?? [],
    mapped,
  });
  const rows = context.sheets.validRows({ upload, template }, { signal });
  const reader = context.readChanges(rows, request, { signal });
  try {
    for await (const piece of reader) {
      signal.throwIfAborted();
      const { counts } = piece;
      onProgress(counts);
      if (piece.kind === 'issues') await issues.add(piece.issues);
      if (piece.kind === 'batch') await batches.add(piece, () => reader.recycle(piece.body));
      if (piece.kind !== 'end') continue;
      await Promise.all([batches.close(), issues.close()]);
      const { incomplete } = piece;
      if (incomplete) throw new Error('the rows of the sheet ended too early');
      return {
        kind: 'ingested',
        counts,
        warnings: piece.warnings,
        isStateUnreadable: known === null,
        items: piece.items,
        knownItems: piece.knownItems,
        fetchState: { ...NOTHING_FETCHED, rowIdentity: { by, basis: piece.identity.basis, paths: null } },
        churn: null,
        missingItems: 0,
        missingExamples: [],
        excludedItems: 0,
        excludedExamples: [],
        emptiedColumns: [],
        incomplete: null,
        vanishedPaths: [],
      };
    }
    throw new Error('the reader ended without a last piece');
  } finally {
    // Nothing may still be on its way to the store when another worker takes over the run.
    await Promise.allSettled([batches.close()]);
  }
}

/** How rows name the custom columns of a file. */
const customHeadingsOf = ({ customColumns, headings }: Upload): string[] =>
  customColumns.map((path) => headings.find((heading) => heading.path === path)?.label ?? path);

/** By what the rows of an upload are compared with earlier ones. */
export const comparedBy = ({ identity }: Pick<Template, 'identity'>, uploadId: string): string =>
  identity.length > 0 ? JSON.stringify(identity) : `upload:${uploadId}`;

/** Whether the job has rows that can be compared in this way. */
export const hasKnownRows = ({ fetchState, itemStateId }: Job, by: string): boolean =>
  itemStateId !== null && fetchState.rowIdentity?.by === by;

interface SheetRequestOptions extends IngestSheetOptions {
  readonly template: Template;
  readonly customHeadings: readonly string[];
  /** The parts of the item state. */
  readonly known: readonly Buffer[];
  /** Columns that have a mapping. A person may have typed into others. */
  readonly mapped: readonly string[];
}

const BY_ROW: DecidedIdentity = { basis: 'id', paths: { id: SHEET_ROW_PATHS.key, link: null } };

function sheetRequest(
  context: Context,
  { job, template, about, upload, customHeadings, known, mapped }: SheetRequestOptions,
): ReadChangesRequest {
  const columns = template.columns.map(withoutDefault);
  const { uniqueTogether, limits } = template;
  return {
    rows: {
      template: { columns, uniqueTogether, limits },
      identity: {
        columns: template.identity,
        decided: template.identity.length > 0 ? BY_CONTENT : BY_ROW,
        candidates: null,
        isContentChosen: false,
      },
      filter: null,
      ignoreColumns: [],
      formerIgnoreColumns: null,
      recordPath: '/',
      parseOptions: { format: 'ndjson', encoding: 'utf-8' },
      mapping: columns.map(({ key }) => ({ column: key, path: key })),
      blanks: { rule: template.blank, mapped },
      hints: NO_HINTS,
      isSheet: true,
      customHeadings,
    },
    items: known,
    changeDetection: {
      send: upload.includeUnchanged ? 'all' : 'new_and_changed',
      removed: false,
      ignoreColumns: [],
    },
    isRekey: false,
    firstRun: 'all',
    keepsUnseen: true,
    today: Math.floor(context.now().getTime() / DAY_MS),
    batch: batchLimits(context, { job, template, about }),
    version: job.runCount,
  };
}

/** The defaults are in the texts already, unless a person has emptied the cell. */
const withoutDefault = ({ default: _, ...column }: Column): Column => column;
