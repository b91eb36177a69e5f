import type { Outline, PreviewResponse, PreviewRow, WidgetPreviewRequest } from '@inlet/contracts';
import { createHeadedStream } from '@inlet/contracts/stream-head';
import { checkMapping, outlineSource } from '@inlet/pipeline';
import { findTemplateInUse, type TemplateUse } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import { createValueCutter } from '../ingest/cut-values.js';
import { readRows, type SourceRow, warningsOf } from '../ingest/source-rows.js';
import { checkIdentityColumns, checkSelection } from '../jobs/check-selection.js';
import type { Context } from '../ports/context.js';
import { checkIdentity, previewedIdentity } from './check-identity.js';
import { followSitemaps } from './follow-sitemaps.js';
import { openBytes } from './open-source.js';
import { keepHead, scanHead } from './scan-head.js';
import { withStoredCredentials } from './stored-credentials.js';
import { findUnreadPages } from './unread-pages.js';

export interface PreviewOptions {
  readonly request: WidgetPreviewRequest & TemplateUse;
  readonly signal?: AbortSignal | undefined;
}

/** Returns the first rows as a run would deliver them, with their issues. */
export async function previewSource(
  context: Context,
  caller: Caller,
  { request, signal }: PreviewOptions,
): Promise<PreviewResponse> {
  const { mapping, limit } = request;
  const template = await findTemplateInUse(context, caller, request);
  const source = await withStoredCredentials(context, caller, request);
  checkMapping(mapping, template.columns);
  checkSelection(template.columns, request);
  if (request.identity) checkIdentityColumns(template.columns, { identity: request.identity, mapping });
  const limits = {
    maxBytes: template.limits.maxSourceBytes,
    deadlineMs: context.settings.outlineDeadlineMs,
  };
  const opened = await openBytes(context, source, { limits, signal });
  try {
    const body = await followSitemaps(context, opened, {
      source,
      recordPath: request.recordPath,
      limits,
      signal,
    });
    const parseOptions = request.parseOptions ?? {};
    const kept = keepHead(body.bytes, context.settings.outlineMaxBytes);
    const { head, all } = createHeadedStream(kept.bytes);
    const { hints } = body;
    const { outline } = await outlineSource(head, {
      recordPath: request.recordPath,
      parseOptions,
      hints,
      maxBytes: context.settings.outlineMaxBytes,
    });
    const { recordPath } = outline;
    if (isConclusive(outline)) checkMapping(mapping, template.columns, outline.headings);
    const identity = await previewedIdentity(context, caller, { request, template, outline });
    const rows = readRows(all, {
      template,
      identity,
      filter: request.filter ?? null,
      ignoreColumns: [],
      formerIgnoreColumns: null,
      recordPath,
      parseOptions,
      mapping,
      blanks: { rule: template.blank, mapped: mapping.map(({ column }) => column) },
      hints,
      batchSize: Math.min(limit, BATCH_RECORDS),
    });
    const sample = await takeSample(rows.batches, { limit, records: sampleSize(outline) });
    const included = sample.filter(({ isExcluded }) => !isExcluded);
    const { rowKeys, check, warnings } = checkIdentity(included, {
      rows,
      identity,
      mapping,
      columns: template.columns,
    });
    const cut = createValueCutter({ rows: limit, columns: template.columns.length });
    const first = included.slice(0, limit).map((row) => toPreviewRow(row, { rowKey: rowKeys.get(row), cut }));
    const page = { source, opened: body, head: kept.head, recordPath, parseOptions };
    const facts = await scanHead(page, { paths: [], onFields: () => {} });
    const unread = findUnreadPages(context, page, facts);
    const valid = first.filter(({ isValid }) => isValid).length;
    return {
      rows: first,
      counts: { rows: first.length, valid, invalid: first.length - valid },
      sample: {
        records: sample.length,
        excluded: sample.length - included.length,
        identity: check,
      },
      warnings: [...warningsOf(rows, { hasRows: first.length > 0 }), ...warnings, ...unread.warnings],
    };
  } finally {
    opened.close();
  }
}

/** True if a path that is missing from the outline cannot appear later in the file. */
const isConclusive = (outline: Outline): boolean => outline.isComplete && outline.recordCount > 0;

const MOST_SAMPLE_RECORDS = 1000;
const BATCH_RECORDS = 64;

/** The records in the part of the source that the outline has read already, without the last ones of a part. */
const sampleSize = ({ isComplete, recordCount }: Outline): number =>
  Math.min(isComplete ? recordCount : recordCount - BATCH_RECORDS, MOST_SAMPLE_RECORDS);

interface SampleSize {
  /** Number of rows to find after the filter; there may be fewer. */
  readonly limit: number;
  readonly records: number;
}

async function takeSample(
  batches: AsyncIterable<readonly SourceRow[]>,
  { limit, records }: SampleSize,
): Promise<SourceRow[]> {
  const rows: SourceRow[] = [];
  let included = 0;
  for await (const batch of batches) {
    rows.push(...batch);
    included += batch.filter(({ isExcluded }) => !isExcluded).length;
    if (rows.length >= records && (included >= limit || rows.length >= MOST_SAMPLE_RECORDS)) break;
  }
  return rows;
}

interface PreviewedRow {
  /** As it is compared with the known rows, if that is another one than the row's. */
  readonly rowKey: string | undefined;
  readonly cut: (values: PreviewRow['values']) => PreviewRow['values'];
}

const toPreviewRow = (source: SourceRow, { rowKey = source.rowKey, cut }: PreviewedRow): PreviewRow => ({
  record: source.row.record,
  rowKey,
  isValid: source.row.isValid,
  values: cut(JSON.parse(source.values) as PreviewRow['values']),
  issues: [...(source.row.issues ?? [])],
});
