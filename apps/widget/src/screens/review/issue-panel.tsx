import type { Column, IssueGroup, IssueGroups, SheetOperation } from '@inlet/contracts';
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import type { SheetFilter } from '../../review/sheet-rows.js';
import { useIssueKindText } from '../../session/issue-text.js';
import { useWidget } from '../../session/widget-context.js';
import { GroupFixes } from './group-fixes.js';
import css from './review.module.css';

export interface IssuePanelProps {
  readonly issues: IssueGroups | null;
  /** Rows of the sheet. */
  readonly rows: number;
  readonly filter: SheetFilter;
  readonly columns: readonly Column[];
  /** On narrow screens, it is only shown when asked for. */
  readonly isOpen: boolean;
  readonly onFilter: (filter: SheetFilter) => void;
  readonly onFix: (operation: SheetOperation) => void;
}

/** All issues by kind and column, those of most rows first. A click shows the rows that have one. */
export function IssuePanel({ issues, rows, filter, columns, isOpen, onFilter, onFix }: IssuePanelProps) {
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
            checked={Math.min(rows, issues?.checked ?? 0)}
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
  /** Rows that are checked so far. */
  readonly checked: number;
}

function Group({ group, checked, columns, filter, onFilter, onFix }: GroupProps) {
  const { t, formats } = useWidget();
  const textOf = useIssueKindText();
  const { columnKey, code, severity, rows, samples } = group;
  const column = columns.find(({ key }) => key === columnKey);
  const issueColumn = columnKey ?? undefined;
  const isChosen = filter.issue === code && filter.issueColumn === issueColumn;
  const isOfMost = column !== undefined && rows > 1 && rows * 2 > checked;
  const Icon = severity === 'error' ? IconCircleX : IconAlertTriangle;
  return (
    <li className={css.group} data-chosen={isChosen} data-most={isOfMost}>
      <button
        type="button"
        className={css.groupButton}
        aria-pressed={isChosen}
        onClick={() => onFilter(isChosen ? { view: 'all' } : { view: 'all', issue: code, issueColumn })}
      >
        <Icon size={16} data-severity={severity} aria-hidden="true" />
        <span className={css.groupText}>
          <span className={css.groupName}>
            {isOfMost
              ? t('review.mostValues', { n: rows, total: checked, column: column.name })
              : (column?.name ?? t('review.wholeRow'))}
          </span>
          <span>{textOf(group)}</span>
          {samples.length > 0 && (
            <span className={css.samples} dir="auto">
              {samples.join(' · ')}
            </span>
          )}
        </span>
        {!isOfMost && <span className={css.groupCount}>{formats.number(rows)}</span>}
      </button>
      <GroupFixes group={group} column={column} onFix={onFix} />
    </li>
  );
}
