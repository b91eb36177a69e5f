import { type Column, InletError, type Template } from '@inlet/contracts';
import { BY_CONTENT, type DecidedIdentity, NO_HINTS } from '@inlet/pipeline';
import { batchLimits } from '../outbox/batch-limits.js';
import type { ReadChangesRequest } from '../ports/change-reader.js';
import type { Context } from '../ports/context.js';
import { type Job, NOTHING_FETCHED, type RunUpload } from '../ports/model.js';
import { SHEET_ROW_PATHS } from '../ports/sheets.js';
import { templateOfUpload } from '../uploads/template-of-upload.js';
import type { IngestedSource, IngestOptions } from './ingest-source.js';
import { loadItems } from './load-items.js';

const DAY_MS = 86_400_000;

export interface IngestSheetOptions extends Omit<IngestOptions, 'job' | 'acceptsCut'> {
  readonly job: Job;
  readonly upload: RunUpload;
}

/**
 * Read, check, diff: passes the valid rows of a reviewed upload to `batches`. The rows of a template without identity
 * columns are new ones each time, and are not remembered.
 */
export async function ingestSheet(context: Context, options: IngestSheetOptions): Promise<IngestedSource> {
  const { job, batches, issues, signal, onProgress } = options;
  const { projectId } = job;
  const { uploadId, revision } = options.upload;
  const upload = await context.store.uploads.get({ projectId, uploadId });
  if (upload?.revision !== revision) throw new InletError('upload_changed');
  const template = await templateOfUpload(context, upload);
  const keepsItems = template.identity.length > 0;
  const known = keepsItems ? await loadItems(context, { ...job, jobId: job.id }) : [];
  const request = sheetRequest(context, { ...options, template, known: known ?? [] });
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
        items: keepsItems ? piece.items : [],
        knownItems: keepsItems ? piece.knownItems : 0,
        fetchState: NOTHING_FETCHED,
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

interface SheetRequestOptions extends IngestSheetOptions {
  readonly template: Template;
  /** The parts of the item state. */
  readonly known: readonly Buffer[];
}

const BY_ROW: DecidedIdentity = { basis: 'id', paths: { id: SHEET_ROW_PATHS.key, link: null } };

function sheetRequest(
  context: Context,
  { job, template, about, upload, known }: SheetRequestOptions,
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
      hints: NO_HINTS,
      isSheet: true,
    },
    items: known,
    changeDetection: {
      send: upload.includeUnchanged ? 'all' : 'new_and_changed',
      removed: false,
      ignoreColumns: [],
    },
    isRekey: false,
    firstRun: 'all',
    today: Math.floor(context.now().getTime() / DAY_MS),
    batch: batchLimits(context, { job, template, about }),
    version: job.runCount,
  };
}

/** The defaults are in the texts already, unless a person has emptied the cell. */
const withoutDefault = ({ default: _, ...column }: Column): Column => column;
