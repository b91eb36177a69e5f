import type { Column, IssueGroup, IssueGroups, SheetOperation } from '@inlet/contracts';
import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import type { SheetFilter } from '../../review/sheet-rows.js';
import { useWidget } from '../../session/widget-context.js';
import { useIssueText } from '../../session/words.js';
import css from './review.module.css';

export interface IssuePanelProps {
  readonly issues: IssueGroups | null;
  readonly filter: SheetFilter;
  readonly columns: readonly Column[];
  /** On narrow screens, it is only shown when asked for. */
  readonly isOpen: boolean;
  readonly onFilter: (filter: SheetFilter) => void;
  readonly onFix: (operation: SheetOperation) => void;
}

/** All issues by kind and column. A click shows the rows that have one. */
export function IssuePanel({ issues, filter, columns, isOpen, onFilter, onFix }: IssuePanelProps) {
  const { t } = useWidget();
  const groups = issues?.groups ?? [];
  return (
    <section className={css.panel} data-open={isOpen} aria-label={t('review.issuesTitle')}>
      <h2 className={css.panelTitle}>{t('review.issuesTitle')}</h2>
      {issues !== null && groups.length === 0 && issues.checked >= issues.total && (
        <p className={css.allGood}>
          <IconCircleCheck size={16} aria-hidden="true" />
          {t('review.noIssues')}
        </p>
      )}
      <ul className={css.groups}>
        {groups.map((group) => (
          <Group
            key={`${group.columnKey} ${group.code} ${group.severity}`}
            group={group}
            columns={columns}
            filter={filter}
            onFilter={onFilter}
            onFix={onFix}
          />
        ))}
      </ul>
    </section>
  );
}

interface GroupProps extends Pick<IssuePanelProps, 'columns' | 'filter' | 'onFilter' | 'onFix'> {
  readonly group: IssueGroup;
}

function Group({ group, columns, filter, onFilter, onFix }: GroupProps) {
  const { t, formats } = useWidget();
  const textOf = useIssueText();
  const { columnKey, code, severity, rows, message, samples } = group;
  const column = columns.find(({ key }) => key === columnKey);
  const isChosen = filter.issue === code && (filter.column ?? null) === columnKey;
  const Icon = severity === 'error' ? IconCircleX : IconAlertTriangle;
  const fixes = columnKey === null ? [] : fixesFor(code);
  return (
    <li className={css.group} data-chosen={isChosen}>
      <button
        type="button"
        className={css.groupButton}
        aria-pressed={isChosen}
        onClick={() =>
          onFilter(isChosen ? { view: 'all' } : { view: 'all', issue: code, column: columnKey ?? undefined })
        }
      >
        <Icon size={16} data-severity={severity} aria-hidden="true" />
        <span className={css.groupText}>
          <span className={css.groupName}>{column?.name ?? t('review.wholeRow')}</span>
          <span>{textOf({ columnKey, code, message, severity } as never)}</span>
          {samples.length > 0 && (
            <span className={css.samples} dir="auto">
              {samples.join(' · ')}
            </span>
          )}
        </span>
        <span className={css.groupCount}>{formats.number(rows)}</span>
      </button>
      {fixes.length > 0 && columnKey !== null && (
        <div className={css.fixes}>
          {fixes.map((format) => (
            <Button
              key={format}
              size="compact-xs"
              variant="default"
              onClick={() =>
                onFix({
                  kind: 'fix',
                  column: columnKey,
                  issue: code,
                  by: { kind: 'read_date_as', format: DATE_FORMATS[format] },
                })
              }
            >
              {t(`fix.${format}`)}
            </Button>
          ))}
        </div>
      )}
    </li>
  );
}

const DATE_FORMATS = { dayFirst: 'd/M/yyyy', monthFirst: 'M/d/yyyy' } as const;

const fixesFor = (code: string): readonly (keyof typeof DATE_FORMATS)[] =>
  code === 'date_ambiguous' ? ['dayFirst', 'monthFirst'] : [];
