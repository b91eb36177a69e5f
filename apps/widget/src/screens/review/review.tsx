import type { Issue, SheetRowView } from '@inlet/contracts';
import { Button } from '@mantine/core';
import { IconListDetails } from '@tabler/icons-react';
import { useId, useMemo, useState } from 'react';
import { ErrorPanel } from '../../components/error-panel.js';
import { Notice } from '../../components/notice.js';
import { Bone } from '../../components/skeletons.js';
import frame from '../../components/step-frame.module.css';
import { useTitleFocus } from '../../components/title-focus.js';
import type { ManualHandle } from '../../manual/manual-state.js';
import { Grid } from '../../review/grid.js';
import { worstIssue } from '../../review/grid-row.js';
import { useWidget } from '../../session/widget-context.js';
import { CellLine } from './cell-line.js';
import { CheckProgress } from './check-progress.js';
import { ConflictNotice } from './conflict-notice.js';
import { CorrectionsNotice } from './corrections-notice.js';
import { IssuePanel } from './issue-panel.js';
import { OperationBar } from './operation-bar.js';
import { ReadingRows } from './reading-rows.js';
import css from './review.module.css';
import { ReviewDialogs } from './review-dialogs.js';
import { type Finishing, ReviewFooter } from './review-footer.js';
import { ReviewToolbar } from './review-toolbar.js';
import { SendingFile } from './sending-file.js';
import { type ReviewState, useReview } from './use-review.js';
import { useSheetFiles } from './use-sheet-files.js';

/** The step in which a person sees all rows, corrects them, and starts the import. */
export function Review({ state, dispatch }: ManualHandle) {
  const { upload } = state;
  if (upload && !upload.isScanned) return <ReadingRows upload={upload} dispatch={dispatch} />;
  return upload && <ReviewOf key={upload.id} dispatch={dispatch} upload={upload} />;
}

interface ReviewOfProps extends Pick<ManualHandle, 'dispatch'> {
  readonly upload: NonNullable<ManualHandle['state']['upload']>;
}

const NOT_FINISHING: Finishing = { isBusy: false, problem: null };

function ReviewOf({ dispatch, upload }: ReviewOfProps) {
  const { t } = useWidget();
  const review = useReview(upload);
  const { sheet, columns, filter, checked } = review;
  const { issues } = sheet;
  const files = useSheetFiles(upload.id, sheet);
  const [isPanelOpen, setIsPanelOpen] = useState(false);
  const [finishing, setFinishing] = useState(NOT_FINISHING);
  const titleId = useId();
  const titleRef = useTitleFocus();
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
          counts={sheet.counts}
          columns={columns}
          checked={checked.count}
          onFilter={review.show}
          onUndo={review.undo}
          onRedo={review.redo}
          onReplace={() => review.setDialog('replace')}
          onGoToRow={() => review.setDialog('goTo')}
          onDeleteChecked={() => void review.deleteChecked()}
          onDeleteInvalid={() => review.setDialog('deleteInvalid')}
          files={files}
        />
        {upload.status === 'checking' && <CheckProgress issues={issues} />}
        {sheet.operation && <OperationBar operation={sheet.operation} onCancel={sheet.cancelOperation} />}
        {files.sent !== null && <SendingFile share={files.sent} onCancel={files.cancel} />}
        {files.result && (
          <CorrectionsNotice
            result={files.result}
            onUndo={() => {
              files.dismiss();
              review.undo();
            }}
            onClose={files.dismiss}
          />
        )}
        {sheet.problem || finishing.problem || files.problem ? (
          <ErrorPanel
            problem={sheet.problem ?? finishing.problem ?? files.problem}
            onRetry={() => {
              sheet.dismiss();
              files.dismiss();
              setFinishing(NOT_FINISHING);
              sheet.refresh();
            }}
          />
        ) : null}
        {sheet.conflicts.length > 0 && (
          <ConflictNotice conflicts={sheet.conflicts} columns={columns} onClose={sheet.dismiss} />
        )}
        <div className={css.main}>
          <ReviewSheet uploadId={upload.id} review={review} />
          <IssuePanel
            issues={issues}
            rows={sheet.counts.rows}
            filter={filter}
            columns={columns}
            isOpen={isPanelOpen}
            onFilter={(next) => {
              review.show(next);
              setIsPanelOpen(false);
            }}
            onFix={(operation) => void review.fix(operation)}
          />
        </div>
      </main>
      <ReviewFooter
        upload={upload}
        sheet={sheet}
        finishing={finishing}
        dispatch={dispatch}
        onFinishing={setFinishing}
        onIssue={(step) => void review.goToIssue(step)}
      />
      <ReviewDialogs upload={upload} review={review} />
    </form>
  );
}

interface ReviewSheetProps {
  readonly uploadId: string;
  readonly review: ReviewState;
}

/** The grid, and the line about the cell with the focus. */
function ReviewSheet({ uploadId, review }: ReviewSheetProps) {
  const { t } = useWidget();
  const { sheet, columns, filter, block, checked, said } = review;
  const { rows, total, issues } = sheet;
  const lineId = useId();
  const issueCounts = useMemo(() => countByColumn(issues?.groups ?? []), [issues]);
  const active = rows.get(block.active.row);
  const column = columns[block.active.column];
  return (
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
          uploadId={uploadId}
          rows={rows}
          total={total}
          columns={columns}
          block={block}
          checkedIds={checked.ids}
          isAllChecked={checked.isAll}
          sort={review.sort}
          issueCounts={issueCounts}
          describedBy={lineId}
          handle={review.grid}
          onBlock={review.setBlock}
          onCheck={review.check}
          onCheckAll={review.checkAll}
          onSort={review.setSort}
          onChange={review.change}
          onClear={review.clear}
          onCopy={(event, isCut) => void review.copy(event, isCut)}
          onPaste={(text) => void review.paste(text)}
          onKey={review.onKey}
        />
      )}
      <CellLine
        id={lineId}
        row={active}
        column={column}
        issues={issuesOf(active, column?.key)}
        said={said?.text ?? null}
        onUndo={said?.canUndo ? review.undo : undefined}
      />
    </div>
  );
}

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
