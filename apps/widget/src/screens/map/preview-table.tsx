import type { Column, MappedColumn, PreviewResponse, PreviewRow } from '@inlet/contracts';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { DataTable, type TableCell } from '../../components/data-table.js';
import { ErrorPanel } from '../../components/error-panel.js';
import { Bone } from '../../components/skeletons.js';
import { type IssueText, useIssueText } from '../../session/issue-text.js';
import type { Preview } from '../../session/use-preview.js';
import { useWidget } from '../../session/widget-context.js';
import { type ShowOptions, showValue } from '../../texts/show-value.js';
import css from './map.module.css';

export interface PreviewTableProps {
  readonly preview: Preview;
  readonly columns: readonly Column[];
  readonly mapping: Readonly<Record<string, MappedColumn>>;
}

/** The first rows as they will be delivered. Cells with issues are marked; the reason is shown on focus. */
export function PreviewTable({ preview, columns, mapping }: PreviewTableProps) {
  const { t, formats, timeZone } = useWidget();
  const [issue, setIssue] = useState<string | null>(null);
  const textOf = useIssueText();
  const { rows, isStale, problem, retry } = preview;
  const shown = columns.filter(
    ({ key }) => mapping[key] || rows?.rows.some((row) => issuesOf(row, key).length > 0),
  );
  return (
    <section className={css.preview} aria-label={t('preview.title')} aria-busy={isStale}>
      <div className={css.previewHead}>
        <h2 className={css.previewTitle}>{t('preview.title')}</h2>
        {rows && rows.counts.rows > 0 && <Counts counts={rows.counts} />}
      </div>
      {problem ? <ErrorPanel problem={problem} onRetry={retry} /> : null}
      {!problem && !rows && isStale && <Bone height={160} />}
      {!problem && !rows && !isStale && <p className={css.quiet}>{t('preview.nothing')}</p>}
      {!problem && rows?.counts.rows === 0 && <p className={css.quiet}>{t('preview.none')}</p>}
      {!problem && rows && rows.counts.rows > 0 && (
        <>
          <div className={isStale ? css.stale : ''}>
            <DataTable
              label={t('preview.table')}
              columns={shown.map(({ key, name }) => ({ key, name }))}
              rows={rows.rows.map((row) => ({
                key: String(row.record),
                cells: shown.map((column) => cellOf(row, column, { textOf, formats, timeZone })),
              }))}
              onIssue={setIssue}
            />
          </div>
          {rows.counts.invalid > 0 && (
            <p className={css.issueLine} aria-live="polite">
              {issue ?? t('preview.issueHint')}
            </p>
          )}
        </>
      )}
    </section>
  );
}

function Counts({ counts }: Pick<PreviewResponse, 'counts'>) {
  const { t } = useWidget();
  const isGood = counts.invalid === 0;
  const Icon = isGood ? IconCircleCheck : IconAlertTriangle;
  return (
    <span
      className={isGood ? css.good : css.bad}
      style={{ display: 'inline-flex', gap: 4, alignItems: 'center' }}
    >
      <Icon size={16} aria-hidden="true" />
      {isGood
        ? t('preview.allGood', { n: counts.rows })
        : t('preview.some', { n: counts.invalid, total: counts.rows })}
    </span>
  );
}

const issuesOf = ({ issues }: PreviewRow, key: string) => issues.filter(({ columnKey }) => columnKey === key);

interface CellOptions extends Omit<ShowOptions, 'kind'> {
  readonly textOf: IssueText;
}

/** Formats dates for reading and keeps the delivered value as the full text. Values with issues stay unchanged. */
function cellOf(
  row: PreviewRow,
  { key, type }: Column,
  { textOf, formats, timeZone }: CellOptions,
): TableCell {
  const value = row.values[key] ?? null;
  const [issue] = issuesOf(row, key);
  const text = Array.isArray(value)
    ? value.join(', ')
    : value === null
      ? (issue?.value ?? null)
      : String(value);
  if (issue) return { text, issue: textOf(issue), severity: issue.severity };
  const isDate = type === 'date' || type === 'date_time';
  return isDate && text !== null ? showValue(text, { kind: 'date', formats, timeZone }) : { text };
}
