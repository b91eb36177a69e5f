import type { WebhookEvent } from '@inlet/client';

/** An imported row of the template `articles`. */
export interface Article {
  readonly version: number;
  readonly values: Record<string, unknown> | null;
}

/** Stands in for your database. Kept on `globalThis`, because Next.js loads a module once for each kind of route. */
const store = globalThis as typeof globalThis & { articles?: Map<string, Article>; taken?: Set<string> };
store.articles ??= new Map();
store.taken ??= new Set();
const { articles, taken } = store as { articles: Map<string, Article>; taken: Set<string> };

/** A test of the destination has example values. */
function isTest({ data: { extra } }: WebhookEvent): boolean {
  return typeof extra === 'object' && extra !== null && 'isTest' in extra;
}

/** Stores the rows of a delivery. A delivery may arrive more than once, with the same id. */
export function keepRows(deliveryId: string, event: WebhookEvent): void {
  if (taken.has(deliveryId) || isTest(event)) return;
  if (event.type === 'import.records') {
    const { externalUserId, jobId, rows } = event.data;
    const keyOf = (rowKey: string) => `${externalUserId}/${jobId}/${rowKey}`;
    for (const row of rows) {
      const previous = keyOf(row.previousRowKey ?? row.rowKey);
      const before = articles.get(previous);
      // An older delivery that is sent again must not replace newer rows.
      if (before && before.version > row.version) continue;
      const key = keyOf(row.rowKey);
      if (row.change !== 'rekeyed') {
        articles.set(key, { version: row.version, values: row.values });
        continue;
      }
      articles.delete(previous);
      // Batches of a run may arrive in any order, so the new values of the row may be there already.
      const current = articles.get(key);
      if (before && !(current && current.version >= row.version))
        articles.set(key, { version: row.version, values: before.values });
    }
  }
  taken.add(deliveryId);
}

/** The articles of a user; rows that were removed at the source are left out. */
export const articlesOf = (userId: string): Record<string, unknown>[] =>
  [...articles].flatMap(([key, { values }]) => (key.startsWith(`${userId}/`) && values ? [values] : []));
