import type { Page } from '@inlet/contracts';
import { useCallback, useEffect, useState } from 'react';
import { isAbort } from '../../api/api-problem.js';

export interface Pages<Item> {
  /** All items of the pages that are loaded; null before the first one is. */
  readonly items: readonly Item[] | null;
  readonly hasMore: boolean;
  readonly problem: unknown;
  /** Loads the next page, or tries the failed one again. */
  readonly loadMore: () => void;
  readonly change: (to: (items: readonly Item[]) => readonly Item[]) => void;
}

/** Loads a list page by page. `load` must stay the same function. */
export function usePages<Item>(
  load: (cursor: string | null, signal?: AbortSignal) => Promise<Page<Item>>,
): Pages<Item> {
  const [pages, setPages] = useState<{ items: readonly Item[]; nextCursor: string | null } | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const loadAfter = useCallback(
    (before: typeof pages, signal?: AbortSignal) => {
      setProblem(null);
      load(before?.nextCursor ?? null, signal).then(
        ({ items, nextCursor }) => setPages({ items: [...(before?.items ?? []), ...items], nextCursor }),
        (failure: unknown) => isAbort(failure) || setProblem(failure),
      );
    },
    [load],
  );
  useEffect(() => {
    const controller = new AbortController();
    loadAfter(null, controller.signal);
    return () => controller.abort();
  }, [loadAfter]);
  return {
    items: pages?.items ?? null,
    hasMore: pages !== null && pages.nextCursor !== null,
    problem,
    loadMore: () => loadAfter(pages),
    change: (to) => setPages((now) => now && { ...now, items: to(now.items) }),
  };
}
