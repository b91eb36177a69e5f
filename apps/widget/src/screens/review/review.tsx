import type { Issue, SheetRowView } from '@inlet/contracts';
import { withNewOptions } from '@inlet/contracts/new-options';
import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconListDetails } from '@tabler/icons-react';
import { type ClipboardEvent, type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { ErrorPanel } from '../../components/error-panel.js';
import { Notice } from '../../components/notice.js';
import { Bone } from '../../components/skeletons.js';
import frame from '../../components/step-frame.module.css';
import { useTitleFocus } from '../../components/title-focus.js';
import { useManual } from '../../manual/manual-context.js';
import type { ManualHandle } from '../../manual/manual-state.js';
import { blockOf, type CellBlock } from '../../review/cell-block.js';
import { Grid, type GridHandle } from '../../review/grid.js';
import type { SortOrder } from '../../review/grid-head.js';
import { worstIssue } from '../../review/grid-row.js';
import type { SheetFilter } from '../../review/sheet-rows.js';
import { useSheet } from '../../review/use-sheet.js';
import { useWidget } from '../../session/widget-context.js';
import { CellLine } from './cell-line.js';
import { CheckProgress } from './check-progress.js';
import { type CheckedRows, NO_ROWS, toggleRow } from './checked-rows.js';
import { ConflictNotice } from './conflict-notice.js';
import { DeleteInvalid } from './delete-invalid.js';
import { copyBlock, pasteText, setBlock } from './edit-block.js';
import { findIssue } from './find-issue.js';
import { FindReplace } from './find-replace.js';
import { GoToRow } from './go-to-row.js';
import { IssuePanel } from './issue-panel.js';
import { OperationBar } from './operation-bar.js';
import { ReadingRows } from './reading-rows.js';
import css from './review.module.css';
import { ReviewToolbar } from './review-toolbar.js';

const FIRST_CELL = blockOf({ row: 0, column: 0 });
const SEARCH_DELAY_MS = 250;

type Dialog = 'replace' | 'goTo' | 'deleteInvalid' | null;

/** The step in which a person sees all rows, corrects them, and starts the import. */
export function Review({ state, dispatch }: ManualHandle) {
  const { upload } = state;
  if (upload && !upload.isScanned) return <ReadingRows upload={upload} dispatch={dispatch} />;
  return upload && <ReviewOf key={upload.id} dispatch={dispatch} upload={upload} />;
}

interface ReviewOfProps extends Pick<ManualHandle, 'dispatch'> {
  readonly upload: NonNullable<ManualHandle['state']['upload']>;
}

function ReviewOf({ dispatch, upload }: ReviewOfProps) {
  const { t, session, formats, host } = useWidget();
  const { uploads } = useManual();
  const { allowPartial } = session.template;
  // Each answer of the server brings the mapping anew.
  const mappingJson = JSON.stringify(upload.mapping ?? []);
  const columns = useMemo(
    () => withNewOptions(session.template.columns, JSON.parse(mappingJson)),
    [session.template.columns, mappingJson],
  );
  const columnKeys = useMemo(() => columns.map(({ key }) => key), [columns]);
  const [filter, setFilter] = useState<SheetFilter>({ view: 'all' });
  const [sort, setSort] = useState<SortOrder | null>(null);
  const [search] = useDebouncedValue(filter.contains, SEARCH_DELAY_MS);
  const sheet = useSheet(
    upload,
    { ...filter, contains: search, sort: sort ? `${sort.isDescending ? '-' : ''}${sort.column}` : undefined },
    columnKeys,
  );
  const { rows, total, counts, issues } = sheet;
  const [block, setBlockState] = useState<CellBlock>(FIRST_CELL);
  const [checked, setChecked] = useState<CheckedRows>(NO_ROWS);
  const [dialog, setDialog] = useState<Dialog>(null);
  const [said, setSaid] = useState<{ text: string; canUndo: boolean } | null>(null);
  const [isPanelOpen, setIsPanelOpen] = useState(false);
  const [finishing, setFinishing] = useState<{ isBusy: boolean; problem: unknown }>({
    isBusy: false,
    problem: null,
  });
  const grid = useRef<GridHandle | null>(null);
  const titleId = useId();
  const lineId = useId();
  const titleRef = useTitleFocus();

  const show = (next: SheetFilter) => {
    setFilter(next);
    setBlockState(FIRST_CELL);
    setChecked(NO_ROWS);
  };
  // After rows were deleted, the focus stays inside.
  useEffect(() => {
    if (total !== null && total > 0 && block.active.row >= total)
      setBlockState(blockOf({ ...block.active, row: total - 1 }));
  }, [total, block]);

  const editing = { sheet, block, columnKeys };
  const say = (text: string, canUndo = false) => setSaid({ text, canUndo });
  const undo = () => {
    setSaid(null);
    void sheet.run([{ kind: 'undo' }]);
  };
  const redo = () => void sheet.run([{ kind: 'redo' }]);
  const deleteChecked = async () => {
    const answer = await sheet.run([
      {
        kind: 'delete',
        rows: checked.isAll
          ? { view: filter.view, column: filter.column, issue: filter.issue, contains: filter.contains }
          : { ids: [...checked.ids] },
      },
    ]);
    const n = checked.isAll ? (total ?? 0) : checked.ids.size;
    setChecked(NO_ROWS);
    if (answer) say(t('review.deleted', { n }), true);
  };
  const goToIssue = async (step: 1 | -1) => {
    const found = await findIssue({ rows, total: total ?? 0, columnKeys, from: block.active, step });
    if (found) return grid.current?.goTo(found);
    if (filter.view === 'all' && !filter.issue && counts.invalid > 0) {
      show({ view: 'invalid' });
      return;
    }
    say(t('review.noFurtherIssue'));
  };
  const copy = async (event: ClipboardEvent, isCut: boolean) => {
    event.preventDefault();
    const text = copyBlock(editing);
    if (text === null) return say(t('review.copyNotLoaded'));
    event.clipboardData.setData('text/plain', text);
    if (isCut) await setBlock(editing, () => null);
  };
  const paste = async (text: string) => {
    const result = await pasteText(editing, text, { canAddRows: isWholeSheet(filter, sort) });
    if (result.leftOut > 0) say(t('review.pasteLeftOut', { n: result.leftOut }), true);
    else if (result.cells > 1) say(t('review.pasted', { n: result.cells }), true);
  };
  const onKey = (event: KeyboardEvent): boolean => {
    const { key, shiftKey, altKey } = event;
    const isCommand = event.ctrlKey || event.metaKey;
    const letter = key.toLowerCase();
    if (key === 'F8' || (altKey && (key === 'ArrowDown' || key === 'ArrowUp'))) {
      void goToIssue((key === 'F8' && shiftKey) || key === 'ArrowUp' ? -1 : 1);
      return true;
    }
    if (!isCommand) return false;
    if (letter === 'z') shiftKey ? redo() : undo();
    else if (letter === 'y') redo();
    else if (letter === 'f' || letter === 'h') setDialog('replace');
    else if (letter === 'g') setDialog('goTo');
    else if (letter === 'd') void setBlock(editing, (_row, column, first) => first?.cells[column] ?? null);
    else if (letter === 'a')
      setBlockState({
        anchor: { row: 0, column: 0 },
        active: { row: Math.max(0, (total ?? 1) - 1), column: columns.length - 1 },
      });
    else return false;
    return true;
  };

  const finish = () => {
    setFinishing({ isBusy: true, problem: null });
    uploads.finish(upload.id, sheet.revision).then(
      (finished) => {
        dispatch({ type: 'receiveUpload', upload: finished });
        dispatch({ type: 'goToStep', step: 'finish' });
        const runId = finished.runIds.at(-1);
        if (runId) host.post({ type: 'rowsSubmitted', uploadId: upload.id, runId, rows: ready });
      },
      (problem: unknown) => setFinishing({ isBusy: false, problem }),
    );
  };

  const active = rows.get(block.active.row);
  const column = columns[block.active.column];
  const ready = counts.rows - counts.invalid;
  const isChecking = upload.status === 'checking';
  const issueCounts = useMemo(() => countByColumn(issues?.groups ?? []), [issues]);
  return (
    <form className={frame.frame} aria-labelledby={titleId} onSubmit={(event) => event.preventDefault()}>
      <main className={css.body}>
        <div className={css.top}>
          <h1 id={titleId} className={frame.title} tabIndex={-1} ref={titleRef}>
            {t('review.title')}
          </h1>
          <p className={css.file} dir="auto">
            {upload.label}
          </p>
          <Button
            className={css.panelButton}
            size="compact-sm"
            variant="default"
            leftSection={<IconListDetails size={16} aria-hidden="true" />}
            aria-expanded={isPanelOpen}
            onClick={() => setIsPanelOpen(!isPanelOpen)}
          >
            {t('review.issues', { n: issues?.groups.length ?? 0 })}
          </Button>
        </div>
        <ReviewToolbar
          filter={filter}
          counts={counts}
          columns={columns}
          checked={checked.isAll ? (total ?? 0) : checked.ids.size}
          onFilter={show}
          onUndo={undo}
          onRedo={redo}
          onReplace={() => setDialog('replace')}
          onGoToRow={() => setDialog('goTo')}
          onDeleteChecked={() => void deleteChecked()}
          onDeleteInvalid={() => setDialog('deleteInvalid')}
        />
        {isChecking && <CheckProgress issues={issues} />}
        {sheet.operation && <OperationBar operation={sheet.operation} onCancel={sheet.cancelOperation} />}
        {sheet.problem || finishing.problem ? (
          <ErrorPanel
            problem={sheet.problem ?? finishing.problem}
            onRetry={() => {
              sheet.dismiss();
              setFinishing({ isBusy: false, problem: null });
              sheet.refresh();
            }}
          />
        ) : null}
        {sheet.conflicts.length > 0 && (
          <ConflictNotice conflicts={sheet.conflicts} columns={columns} onClose={sheet.dismiss} />
        )}
        <div className={css.main}>
          <div className={css.sheet}>
            {total === null && !sheet.problem && <Bone height={320} />}
            {total === 0 && (
              <Notice tone="info">
                <p>{t(filter.view === 'invalid' ? 'review.nothingInvalid' : 'review.nothing')}</p>
              </Notice>
            )}
            {total !== null && total > 0 && (
              <Grid
                label={t('review.grid')}
                rows={rows}
                total={total}
                columns={columns}
                block={block}
                checkedIds={checked.ids}
                isAllChecked={checked.isAll}
                sort={sort}
                issueCounts={issueCounts}
                describedBy={lineId}
                handle={grid}
                onBlock={(next) => {
                  setBlockState(next);
                  setSaid(null);
                }}
                onCheck={(index, isRange) =>
                  void toggleRow(checked, { rows, index, isRange }).then(setChecked)
                }
                onCheckAll={() =>
                  setChecked(checked.isAll || checked.ids.size > 0 ? NO_ROWS : { ...NO_ROWS, isAll: true })
                }
                onSort={setSort}
                onChange={(text) => {
                  if (active && column) void sheet.change([{ row: active.id, column: column.key, text }]);
                }}
                onClear={() => void setBlock(editing, () => null)}
                onCopy={(event, isCut) => void copy(event, isCut)}
                onPaste={(text) => void paste(text)}
                onKey={onKey}
              />
            )}
            <CellLine
              id={lineId}
              row={active}
              column={column}
              issues={issuesOf(active, column?.key)}
              said={said?.text ?? null}
              onUndo={said?.canUndo ? undo : undefined}
            />
          </div>
          <IssuePanel
            issues={issues}
            filter={filter}
            columns={columns}
            isOpen={isPanelOpen}
            onFilter={(next) => {
              show(next);
              setIsPanelOpen(false);
            }}
            onFix={(operation) =>
              void sheet.run([operation]).then((answer) => answer && say(t('review.fixed'), true))
            }
          />
        </div>
      </main>
      <footer className={frame.footer}>
        <div className={frame.back}>
          <Button variant="default" onClick={() => dispatch({ type: 'goToStep', step: 'map' })}>
            {t('common.back')}
          </Button>
        </div>
        <div className={frame.status} aria-live="polite">
          {counts.invalid > 0 ? (
            <span className={css.next}>
              <span className={css.bad}>{t('review.needAttention', { n: counts.invalid })}</span>
              <Button size="compact-sm" variant="default" onClick={() => void goToIssue(-1)}>
                {t('review.previousIssue')}
              </Button>
              <Button size="compact-sm" variant="default" onClick={() => void goToIssue(1)}>
                {t('review.nextIssue')}
              </Button>
            </span>
          ) : (
            t(sheet.isSaving ? 'review.saving' : 'review.saved')
          )}
        </div>
        <Button
          className={frame.primary}
          loading={finishing.isBusy}
          disabled={isChecking || sheet.isSaving || ready === 0 || (counts.invalid > 0 && !allowPartial)}
          onClick={finish}
        >
          {isChecking
            ? t('review.checkingLabel')
            : t('review.finish', { n: ready, count: formats.number(ready) })}
        </Button>
      </footer>
      {dialog === 'replace' && (
        <FindReplace
          upload={upload}
          columns={columns}
          column={column?.key ?? null}
          sheet={sheet}
          onClose={() => setDialog(null)}
          onReplaced={() => say(t('review.replaced'), true)}
        />
      )}
      {dialog === 'goTo' && (
        <GoToRow
          rows={rows}
          total={total ?? 0}
          onClose={() => setDialog(null)}
          onFound={(row) => {
            setDialog(null);
            grid.current?.goTo({ row, column: block.active.column });
          }}
        />
      )}
      {dialog === 'deleteInvalid' && (
        <DeleteInvalid
          count={counts.invalid}
          onClose={() => setDialog(null)}
          onConfirm={() => {
            setDialog(null);
            void sheet
              .run([{ kind: 'delete', rows: { view: 'invalid' } }])
              .then((answer) => answer && say(t('review.deleted', { n: counts.invalid }), true));
          }}
        />
      )}
    </form>
  );
}

const isWholeSheet = ({ view, column, issue, contains }: SheetFilter, sort: SortOrder | null): boolean =>
  view === 'all' && !column && !issue && !contains && sort === null;

const issuesOf = (row: SheetRowView | undefined, columnKey: string | undefined): readonly Issue[] => {
  if (!row || columnKey === undefined) return [];
  const own = worstIssue(row.issues, columnKey);
  const ofRow = row.issues.filter((issue) => issue.columnKey === null);
  return own ? [own, ...ofRow] : ofRow;
};

function countByColumn(
  groups: readonly { columnKey: string | null; severity: string; rows: number }[],
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { columnKey, severity, rows } of groups)
    if (columnKey !== null && severity === 'error')
      counts.set(columnKey, (counts.get(columnKey) ?? 0) + rows);
  return counts;
}
