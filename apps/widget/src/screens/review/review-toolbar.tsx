import type { Column, SheetCounts, SheetView } from '@inlet/contracts';
import { ActionIcon, Button, Menu, Select, Tooltip } from '@mantine/core';
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconDots,
  IconReplace,
  IconSearch,
  IconTrash,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { TextField } from '../../components/text-field.js';
import type { SheetFilter } from '../../review/sheet-rows.js';
import { useWidget } from '../../session/widget-context.js';
import css from './review.module.css';
import { SheetFileMenu } from './sheet-file-menu.js';
import type { SheetFiles } from './use-sheet-files.js';

export interface ReviewToolbarProps {
  readonly filter: SheetFilter;
  readonly counts: SheetCounts;
  readonly columns: readonly Column[];
  /** Number of rows that are ticked. */
  readonly checked: number;
  readonly onFilter: (filter: SheetFilter) => void;
  readonly onUndo: () => void;
  readonly onRedo: () => void;
  readonly onReplace: () => void;
  readonly onGoToRow: () => void;
  readonly onDeleteChecked: () => void;
  readonly onDeleteInvalid: () => void;
  readonly files: Pick<SheetFiles, 'download' | 'correct'>;
}

const ALL_COLUMNS = '';
const VIEWS: readonly SheetView[] = ['all', 'valid', 'invalid', 'warnings'];

/** Chooses the rows that are shown, and has the actions on all rows. */
export function ReviewToolbar(props: ReviewToolbarProps) {
  const { filter, counts, columns, checked, onFilter } = props;
  const { t, formats } = useWidget();
  const countOf: Record<SheetView, number> = {
    all: counts.rows,
    valid: counts.valid,
    invalid: counts.invalid,
    warnings: counts.warnings,
  };
  return (
    <div className={css.toolbar}>
      <fieldset className={css.views} aria-label={t('review.views')}>
        {VIEWS.map((view) => (
          <button
            key={view}
            type="button"
            className={css.view}
            data-view={view}
            aria-pressed={filter.view === view && !filter.issue && !filter.issueColumn}
            onClick={() => onFilter({ view, contains: filter.contains })}
          >
            {t(`view.${view}`)} <span className={css.viewCount}>{formats.number(countOf[view])}</span>
          </button>
        ))}
      </fieldset>
      <div className={css.tools}>
        {checked > 0 && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconTrash size={16} aria-hidden="true" />}
            onClick={props.onDeleteChecked}
          >
            {t('review.deleteRows', { n: checked })}
          </Button>
        )}
        <TextField
          size="xs"
          className={css.search ?? ''}
          aria-label={t('review.search')}
          placeholder={t('review.search')}
          leftSection={<IconSearch size={16} aria-hidden="true" />}
          value={filter.contains ?? ''}
          onChange={(contains) => onFilter({ ...filter, contains: contains === '' ? undefined : contains })}
        />
        <Select
          size="xs"
          className={css.where ?? ''}
          aria-label={t('review.inColumn')}
          data={[
            { value: ALL_COLUMNS, label: t('review.allColumns') },
            ...columns.map(({ key, name }) => ({ value: key, label: name })),
          ]}
          value={filter.column ?? ALL_COLUMNS}
          allowDeselect={false}
          onChange={(column) =>
            onFilter({ ...filter, issue: undefined, issueColumn: undefined, column: column || undefined })
          }
        />
        <Tool label={t('review.undo')} keys="Ctrl Z" onClick={props.onUndo}>
          <IconArrowBackUp size={18} aria-hidden="true" />
        </Tool>
        <Tool label={t('review.redo')} keys="Ctrl Y" onClick={props.onRedo}>
          <IconArrowForwardUp size={18} aria-hidden="true" />
        </Tool>
        <Tool label={t('review.findReplace')} keys="Ctrl F" onClick={props.onReplace}>
          <IconReplace size={18} aria-hidden="true" />
        </Tool>
        <SheetFileMenu counts={counts} onDownload={props.files.download} onCorrected={props.files.correct} />
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" size={30} aria-label={t('review.more')}>
              <IconDots size={18} aria-hidden="true" />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={props.onGoToRow} rightSection={<kbd className={css.keys}>Ctrl G</kbd>}>
              {t('review.goToRow')}
            </Menu.Item>
            <Menu.Item
              leftSection={<IconTrash size={16} />}
              className={css.danger}
              disabled={counts.invalid === 0}
              onClick={props.onDeleteInvalid}
            >
              {t('review.deleteInvalid')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
    </div>
  );
}

interface ToolProps {
  readonly label: string;
  readonly keys: string;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

function Tool({ label, keys, onClick, children }: ToolProps) {
  return (
    <Tooltip label={`${label} (${keys})`} withArrow>
      <ActionIcon variant="subtle" color="gray" size={30} aria-label={label} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
