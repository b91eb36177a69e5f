import type { Column, SheetOperation, UploadView } from '@inlet/contracts';
import { withNewOptions } from '@inlet/contracts/new-options';
import { useDebouncedValue } from '@mantine/hooks';
import { type ClipboardEvent, type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { blockOf, type CellBlock } from '../../review/cell-block.js';
import type { GridHandle } from '../../review/grid.js';
import type { SortOrder } from '../../review/grid-head.js';
import type { SheetFilter } from '../../review/sheet-rows.js';
import { useSheet } from '../../review/use-sheet.js';
import { useWidget } from '../../session/widget-context.js';
import { type CheckedRows, NO_ROWS, toggleRow } from './checked-rows.js';
import { copyBlock, pasteText, setBlock } from './edit-block.js';
import { findIssue } from './find-issue.js';

const FIRST_CELL = blockOf({ row: 0, column: 0 });
const SEARCH_DELAY_MS = 250;

export type ReviewDialog = 'replace' | 'goTo' | 'deleteInvalid' | null;
export type ReviewState = ReturnType<typeof useReview>;

/** The rows of an upload as a person sees them, and all actions on them. */
export function useReview(upload: UploadView) {
  const { t } = useWidget();
  const columns = useColumns(upload);
  const columnKeys = useMemo(() => columns.map(({ key }) => key), [columns]);
  const [filter, setFilter] = useState<SheetFilter>({ view: 'all' });
  const [sort, setSort] = useState<SortOrder | null>(null);
  const [contains] = useDebouncedValue(filter.contains, SEARCH_DELAY_MS);
  const choice = chosenRows({ ...filter, contains });
  const order = sort ? `${sort.isDescending ? '-' : ''}${sort.column}` : undefined;
  const sheet = useSheet(upload, { ...choice, sort: order }, columnKeys);
  const { rows, total, counts } = sheet;
  const [block, setActiveBlock] = useState<CellBlock>(FIRST_CELL);
  const [checked, setChecked] = useState<CheckedRows>(NO_ROWS);
  const [dialog, setDialog] = useState<ReviewDialog>(null);
  const [said, setSaid] = useState<{ text: string; canUndo: boolean } | null>(null);
  const grid = useRef<GridHandle | null>(null);

  const show = (next: SheetFilter) => {
    setFilter(next);
    setActiveBlock(FIRST_CELL);
    setChecked(NO_ROWS);
  };
  // After rows were deleted, the focus stays inside.
  useEffect(() => {
    if (total !== null && total > 0 && block.active.row >= total)
      setActiveBlock(blockOf({ ...block.active, row: total - 1 }));
  }, [total, block]);

  const editing = { sheet, block, columnKeys };
  const say = (text: string, canUndo = false) => setSaid({ text, canUndo });
  const undo = () => {
    setSaid(null);
    void sheet.run([{ kind: 'undo' }]);
  };
  const redo = () => void sheet.run([{ kind: 'redo' }]);
  const deleteRows = async (which: Extract<SheetOperation, { kind: 'delete' }>['rows'], n: number) => {
    const answer = await sheet.run([{ kind: 'delete', rows: which }]);
    if (answer) say(t('review.deleted', { n: 'changed' in answer ? answer.changed : n }), true);
  };
  const goToIssue = async (step: 1 | -1) => {
    const found = await findIssue({ rows, total: total ?? 0, columnKeys, from: block.active, step });
    if (found) return grid.current?.goTo(found);
    if (filter.view === 'all' && !filter.issue && counts.invalid > 0) return show({ view: 'invalid' });
    say(t('review.noFurtherIssue'));
  };
  const onKey = (event: KeyboardEvent): boolean => {
    const { key, shiftKey, altKey } = event;
    if (key === 'F8' || (altKey && (key === 'ArrowDown' || key === 'ArrowUp'))) {
      void goToIssue((key === 'F8' && shiftKey) || key === 'ArrowUp' ? -1 : 1);
      return true;
    }
    if (!event.ctrlKey && !event.metaKey) return false;
    const command = commands[key.toLowerCase()];
    command?.(shiftKey);
    return command !== undefined;
  };
  const commands: Partial<Record<string, (isShifted: boolean) => void>> = {
    z: (isShifted) => (isShifted ? redo() : undo()),
    y: redo,
    f: () => setDialog('replace'),
    h: () => setDialog('replace'),
    g: () => setDialog('goTo'),
    d: () => void setBlock(editing, (_row, column, first) => first?.cells[column] ?? null),
    a: () =>
      setActiveBlock({
        anchor: { row: 0, column: 0 },
        active: { row: Math.max(0, (total ?? 1) - 1), column: columns.length - 1 },
      }),
  };

  return {
    sheet,
    columns,
    filter,
    show,
    sort,
    setSort,
    block,
    setBlock: (next: CellBlock) => {
      setActiveBlock(next);
      setSaid(null);
    },
    grid,
    checked: { ...checked, count: checked.isAll ? (total ?? 0) : checked.ids.size },
    check: (index: number, isRange: boolean) =>
      void toggleRow(checked, { rows, index, isRange }).then(setChecked),
    checkAll: () => setChecked(checked.isAll || checked.ids.size > 0 ? NO_ROWS : { ...NO_ROWS, isAll: true }),
    dialog,
    setDialog,
    said,
    say,
    undo,
    redo,
    deleteChecked: async () => {
      const { isAll, ids } = checked;
      setChecked(NO_ROWS);
      await deleteRows(isAll ? choice : { ids: [...ids] }, isAll ? (total ?? 0) : ids.size);
    },
    deleteInvalid: () => deleteRows({ view: 'invalid' }, counts.invalid),
    fix: async (operation: SheetOperation) => {
      if (operation.kind === 'delete') return deleteRows(operation.rows, 0);
      const answer = await sheet.run([operation]);
      if (!answer || !('changed' in answer)) return;
      const n = answer.changed;
      say(n > 0 ? t('review.fixed', { n }) : t('review.nothingFixed'), n > 0);
    },
    goToIssue,
    change: (text: string | null) => {
      const row = rows.get(block.active.row);
      const column = columnKeys[block.active.column];
      if (row && column !== undefined) void sheet.change([{ row: row.id, column, text }]);
    },
    clear: () => void setBlock(editing, () => null),
    copy: async (event: ClipboardEvent, isCut: boolean) => {
      event.preventDefault();
      const text = copyBlock(editing);
      if (text === null) return say(t('review.copyNotLoaded'));
      event.clipboardData.setData('text/plain', text);
      if (isCut) await setBlock(editing, () => null);
    },
    paste: async (text: string) => {
      const result = await pasteText(editing, text, { canAddRows: isWholeSheet(filter, sort) });
      if (result.leftOut > 0) say(t('review.pasteLeftOut', { n: result.leftOut }), true);
      else if (result.cells > 1) say(t('review.pasted', { n: result.cells }), true);
    },
    onKey,
  };
}

/** The columns with the options that the person has added. */
function useColumns(upload: UploadView): readonly Column[] {
  const { columns } = useWidget().session.template;
  // Each answer of the server has a new mapping object.
  const mappingJson = JSON.stringify(upload.mapping ?? []);
  return useMemo(() => withNewOptions(columns, JSON.parse(mappingJson)), [columns, mappingJson]);
}

/** Without a text to search for, the chosen column is that of the issues. */
const chosenRows = ({ view, issue, issueColumn, contains, column }: SheetFilter): SheetFilter =>
  contains === undefined
    ? { view, issue, issueColumn: issueColumn ?? column }
    : { view, issue, issueColumn, contains, column };

const isWholeSheet = (
  { view, issue, issueColumn, contains, column }: SheetFilter,
  sort: SortOrder | null,
): boolean => view === 'all' && sort === null && [issue, issueColumn, contains, column].every((one) => !one);
