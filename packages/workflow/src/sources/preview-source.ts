import {
  type Outline,
  type PreviewRequest,
  type PreviewResponse,
  type PreviewRow,
  sourceSchema,
  type Template,
} from '@inlet/contracts';
import { createHeadedStream } from '@inlet/contracts/stream-head';
import { checkMapping, outlineSource } from '@inlet/pipeline';
import { batchLimits, emptyPathWarnings, readRows, type SourceRow } from '../ingest/source-rows.js';
import type { Context } from '../ports/context.js';
import { findTemplate } from '../templates/find-template.js';
import { openBody } from './open-source.js';

/** The first rows as a run would deliver them, with their issues. */
export async function previewSource(
  context: Context,
  options: { projectId: string; request: PreviewRequest; signal?: AbortSignal },
): Promise<PreviewResponse> {
  const { templateId, ...request } = options.request;
  const template = await findTemplate(context, { projectId: options.projectId, templateId });
  return previewRows(context, { ...options, request, template });
}

/** The same for a template that is at hand. */
export async function previewRows(
  context: Context,
  options: { template: Template; request: Omit<PreviewRequest, 'templateId'>; signal?: AbortSignal },
): Promise<PreviewResponse> {
  const { template, request, signal } = options;
  const { recordPath, mapping, limit } = request;
  checkMapping(mapping, template.columns);
  const body = await openBody(context, {
    source: sourceSchema.parse(request.source),
    maxBytes: template.limits.maxSourceBytes,
    deadlineMs: context.settings.outlineDeadlineMs,
    signal,
  });
  try {
    const parseOptions = request.parseOptions ?? {};
    const { head, all } = createHeadedStream(body.bytes);
    const { hints } = body;
    const { outline } = await outlineSource(head, {
      recordPath,
      parseOptions,
      hints,
      maxBytes: context.settings.outlineMaxBytes,
    });
    if (isConclusive(outline)) checkMapping(mapping, template.columns, outline.headings);
    const rows = readRows(all, {
      template,
      maxBatchBytes: batchLimits(template).maxBatchBytes,
      recordPath,
      parseOptions,
      mapping,
      hints,
      batchSize: limit,
    });
    const first = await takeFirst(rows.batches, limit);
    const valid = first.filter(({ isValid }) => isValid).length;
    return {
      rows: first,
      counts: { rows: first.length, valid, invalid: first.length - valid },
      warnings: [...rows.facts.warnings, ...(first.length > 0 ? emptyPathWarnings(rows) : [])],
    };
  } finally {
    body.close();
  }
}

/** A path that a first look did not see may still come later, unless the look saw the whole file. */
const isConclusive = (outline: Outline): boolean => outline.isComplete && outline.recordCount > 0;

async function takeFirst(batches: AsyncIterable<readonly SourceRow[]>, limit: number): Promise<PreviewRow[]> {
  const rows: PreviewRow[] = [];
  for await (const batch of batches) {
    rows.push(...batch.slice(0, limit - rows.length).map(toPreviewRow));
    if (rows.length >= limit) break;
  }
  return rows;
}

const toPreviewRow = ({ row, rowKey, values }: SourceRow): PreviewRow => ({
  record: row.record,
  rowKey,
  isValid: row.isValid,
  values: JSON.parse(values) as PreviewRow['values'],
  issues: [...(row.issues ?? [])],
});
