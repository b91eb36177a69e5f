import type { Page, RunIssue } from '@inlet/contracts';
import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useCallback, useEffect, useState } from 'react';
import { isAbort } from '../api/api-problem.js';
import { useIssueText } from '../session/issue-text.js';
import { useWidget } from '../session/widget-context.js';
import { DataTable } from './data-table.js';
import { ErrorPanel } from './error-panel.js';
import css from './issues-table.module.css';
import { saveFile } from './save-file.js';
import { Bone } from './skeletons.js';

export interface IssuesTableProps {
  readonly runId: string;
  /** Number of issues of the run. */
  readonly total: number;
}

/** The issues of a run, page by page, and a download of all of them. */
export function IssuesTable({ runId, total }: IssuesTableProps) {
  const { t, api, session } = useWidget();
  const issueText = useIssueText();
  const [issues, setIssues] = useState<Page<RunIssue>>();
  const [problem, setProblem] = useState<unknown>(null);
  const load = useCallback(
    (before: Page<RunIssue> | undefined, signal?: AbortSignal) => {
      setProblem(null);
      api.listIssues(runId, { cursor: before?.nextCursor ?? null, signal }).then(
        ({ items, nextCursor }) => setIssues({ items: [...(before?.items ?? []), ...items], nextCursor }),
        (failure: unknown) => isAbort(failure) || setProblem(failure),
      );
    },
    [api, runId],
  );
  useEffect(() => {
    const controller = new AbortController();
    load(undefined, controller.signal);
    return () => controller.abort();
  }, [load]);

  const download = () =>
    api.downloadIssues(runId).then(
      (file) => saveFile(file, `${runId}-issues.csv`),
      (failure: unknown) => setProblem(failure),
    );
  const nameOf = (key: string | null) =>
    session.template.columns.find((column) => column.key === key)?.name ?? key;
  return (
    <div className={css.issues}>
      {problem ? <ErrorPanel problem={problem} onRetry={() => load(issues)} /> : null}
      {!issues && !problem && <Bone height={120} />}
      {issues && (
        <DataTable
          label={t('issues.label')}
          columns={[
            { key: 'record', name: t('issues.record') },
            { key: 'column', name: t('issues.column') },
            { key: 'value', name: t('issues.value') },
            { key: 'problem', name: t('issues.problem') },
          ]}
          rows={issues.items.map((issue, index) => ({
            key: String(index),
            cells: [
              { text: String(issue.record) },
              { text: nameOf(issue.columnKey) },
              { text: issue.value ?? null },
              { text: issueText(issue) },
            ],
          }))}
        />
      )}
      {issues && (
        <div className={css.foot}>
          <span>
            {t('issues.shown', { n: issues.items.length, total: Math.max(total, issues.items.length) })}
          </span>
          {issues.nextCursor && (
            <Button size="compact-sm" variant="default" onClick={() => load(issues)}>
              {t('common.more')}
            </Button>
          )}
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconDownload size={16} aria-hidden="true" />}
            onClick={() => void download()}
          >
            {t('issues.download')}
          </Button>
        </div>
      )}
    </div>
  );
}
