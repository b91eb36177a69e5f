import type { Column } from '@inlet/contracts';
import { Button } from '@mantine/core';
import { useCallback } from 'react';
import { ErrorPanel } from '../../components/error-panel.js';
import { Bone } from '../../components/skeletons.js';
import { useWidget } from '../../session/widget-context.js';
import css from './imports.module.css';
import { RunRow } from './run-row.js';
import { usePages } from './use-pages.js';

export interface RunHistoryProps {
  readonly jobId: string;
  /** The columns of the job. */
  readonly columns: readonly Column[];
}

/** All runs of a job, the newest first. */
export function RunHistory({ jobId, columns }: RunHistoryProps) {
  const { t, api } = useWidget();
  const load = useCallback(
    (cursor: string | null, signal?: AbortSignal) => api.listRuns(jobId, { cursor, signal }),
    [api, jobId],
  );
  const { items: runs, hasMore, problem, loadMore } = usePages(load);
  return (
    <section className={css.history}>
      <h2 className={css.subtitle}>{t('history.title')}</h2>
      {problem ? <ErrorPanel problem={problem} onRetry={loadMore} /> : null}
      {!runs && !problem && <Bone height={96} />}
      {runs?.length === 0 && <p className={css.quiet}>{t('history.none')}</p>}
      {runs !== null && runs.length > 0 && (
        <ul className={css.list}>
          {runs.map((run) => (
            <RunRow key={run.id} run={run} columns={columns} />
          ))}
        </ul>
      )}
      {hasMore && (
        <Button variant="default" className={css.more} onClick={loadMore}>
          {t('common.more')}
        </Button>
      )}
    </section>
  );
}
