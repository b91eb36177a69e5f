import type { JsonValue } from '@inlet/contracts';
import { createValueCutter, type ShownRows } from '../ingest/cut-values.js';
import { type BatchSink, ingestSource } from '../ingest/ingest-source.js';
import { createIssueLog } from '../ingest/issue-log.js';
import { parseRows } from '../ingest/row-json.js';
import type { Context } from '../ports/context.js';
import { requireFeed } from '../ports/model.js';
import type { ExecutionWithTemplate, ImportResult } from './execution.js';
import { finishRun, outcomeOf } from './finish-run.js';
import { checkGuardRails, heldError, withExamples } from './guard-rails.js';
import { startIngest } from './start-ingest.js';

const SAMPLE_ROWS = 20;

/** Does everything but store and send batches, and keeps the first rows that would be sent, with large values cut. */
export async function dryRun(context: Context, execution: ExecutionWithTemplate): Promise<ImportResult> {
  const { lease, job, template } = execution;
  await startIngest(context, { lease, job });
  const sample = createSample({ rows: SAMPLE_ROWS, columns: template.columns.length });
  // Without a config hash, the source is read even if it has not changed.
  const unconditional = { ...requireFeed(job), fetchState: { ...job.fetchState, configHash: null } };
  const ingested = await ingestSource(context, {
    job: unconditional,
    template,
    about: lease.run.about,
    batches: sample,
    issues: createIssueLog(context, { run: lease.run, firstPage: 0 }),
    signal: lease.signal,
    acceptsCut: true,
    onProgress: (counts) => lease.note({ counts }),
  });
  const { counts, warnings } = ingested;
  if (ingested.kind === 'ingested') {
    await lease.save({ counts, warnings, sample: sample.rows });
    const found = checkGuardRails(job, ingested);
    if (found) {
      // No repair can be proposed without stored rows.
      const held = { ...(await withExamples(context, { run: lease.run, found })), repair: null };
      lease.note({ held });
      const ending = { outcome: 'held', counts, error: heldError(held) } as const;
      return finishRun(context, { ...execution, ending });
    }
  }
  return finishRun(context, { ...execution, ending: { outcome: outcomeOf(counts), counts } });
}

/** Keeps the first rows of all batches, as many as are shown, with large values cut: a run is one document. */
export function createSample(shown: ShownRows): BatchSink & { readonly rows: readonly JsonValue[] } {
  const rows: JsonValue[] = [];
  const cut = createValueCutter(shown);
  return {
    rows,
    add({ body }, recycle) {
      if (rows.length < shown.rows)
        for (const row of parseRows(body).slice(0, shown.rows - rows.length)) {
          const values = row.values && cut(row.values);
          const present = Object.entries({ ...row, values }).filter(([, value]) => value !== undefined);
          rows.push(Object.fromEntries(present) as JsonValue);
        }
      recycle();
    },
    clear() {
      rows.length = 0;
    },
    close: async () => {},
  };
}
