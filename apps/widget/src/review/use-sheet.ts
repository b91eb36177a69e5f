import type {
  CorrectionsResult,
  IssueGroups,
  Operation,
  SheetCounts,
  SheetOperation,
  SheetPatchResult,
  UploadView,
} from '@inlet/contracts';
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useManual } from '../manual/manual-context.js';
import { type PatchAnswer, SheetEdits } from './sheet-edits.js';
import { type SheetFilter, SheetRows } from './sheet-rows.js';

/** Issues are asked for at most this often while they change. */
const ISSUES_DELAY_MS = 300;
/** How often the progress of the check is asked for. */
const CHECK_POLL_MS = 1000;
/** How often an operation is asked for, besides its events. */
const OPERATION_POLL_MS = 700;

export type CellConflict = SheetPatchResult['conflicts'][number];

export interface CellChange {
  readonly row: number;
  readonly column: string;
  readonly text: string | null;
}

export interface Sheet {
  readonly rows: SheetRows;
  /** Rows of the view; null before the first answer. */
  readonly total: number | null;
  readonly revision: number;
  readonly counts: SheetCounts;
  readonly issues: IssueGroups | null;
  /** The work that goes on; null if there is none. */
  readonly operation: Operation | null;
  readonly isSaving: boolean;
  /** Cells that somebody else changed at the same time. */
  readonly conflicts: readonly CellConflict[];
  readonly problem: unknown;
  readonly dismiss: () => void;
  readonly change: (cells: readonly CellChange[]) => Promise<PatchAnswer | null>;
  /** Sends operations that may change any row; the rows are loaded again after them. */
  readonly run: (operations: readonly SheetOperation[]) => Promise<PatchAnswer | null>;
  /** Takes over what a corrected file has changed. */
  readonly receive: (result: CorrectionsResult) => void;
  readonly cancelOperation: () => void;
  readonly refresh: () => void;
}

/** The rows of an upload in one view, with everything that changes them. */
export function useSheet(upload: UploadView, filter: SheetFilter, columnKeys: readonly string[]): Sheet {
  const { uploads } = useManual();
  const [state, setState] = useState({ revision: upload.revision, counts: upload.counts });
  const [issues, setIssues] = useState<IssueGroups | null>(null);
  const [operation, setOperation] = useState<Operation | null>(null);
  const [isSaving, setIsSaving] = useState(false);
  const [conflicts, setConflicts] = useState<readonly CellConflict[]>([]);
  const [problem, setProblem] = useState<unknown>(null);
  const uploadId = upload.id;
  const filterKey = JSON.stringify(filter);
  /** The revision of the rows that are shown. */
  const shownRevision = useRef(upload.revision);
  const rowsRef = useRef<SheetRows | null>(null);

  const edits = useMemo(
    () =>
      new SheetEdits({
        patch: (patch) => uploads.patch(uploadId, patch),
        onBusy: setIsSaving,
        onProblem: (failure) => {
          setProblem(failure);
          rowsRef.current?.refresh();
        },
        onAnswer: (answer) => {
          if ('operation' in answer) return setOperation(answer.operation);
          shownRevision.current = Math.max(shownRevision.current, answer.revision);
          setState(({ revision, counts }) =>
            answer.revision >= revision
              ? { revision: answer.revision, counts: answer.counts }
              : { revision, counts },
          );
          rowsRef.current?.replace(answer.rows);
          if (answer.conflicts.length > 0) {
            setConflicts(answer.conflicts);
            rowsRef.current?.refresh();
          }
        },
      }),
    [uploads, uploadId],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: filters are compared by content.
  const rows = useMemo(
    () =>
      new SheetRows({
        load: (range, signal) => uploads.rows(uploadId, { ...filter, ...range }, signal),
        onProblem: setProblem,
        onRevision: (revision) => {
          shownRevision.current = Math.max(shownRevision.current, revision);
          edits.sawRevision(revision);
        },
      }),
    [uploads, uploadId, edits, filterKey],
  );
  rowsRef.current = rows;
  useEffect(() => {
    rows.show({ first: 0, last: 0 });
    return () => rows.close();
  }, [rows]);
  useSyncExternalStore(rows.subscribe, rows.getSnapshot);
  // Another view begins with as many empty rows as the last one had: the grid stays, and keeps the focus.
  const lastTotal = useRef<number | null>(null);
  if (rows.total !== null) lastTotal.current = rows.total;

  // News of the server about the upload: the check goes on, or another page changed something.
  useEffect(() => {
    setState((now) =>
      upload.revision >= now.revision ? { revision: upload.revision, counts: upload.counts } : now,
    );
  }, [upload]);
  // The answer to the person's own edit brings its rows.
  useEffect(() => {
    if (isSaving || upload.revision <= shownRevision.current) return;
    shownRevision.current = upload.revision;
    rowsRef.current?.refresh();
  }, [upload.revision, isSaving]);

  const isChecking = upload.status === 'checking';
  const [polls, setPolls] = useState(0);
  useEffect(() => {
    if (!isChecking) return;
    const timer = setInterval(() => setPolls((before) => before + 1), CHECK_POLL_MS);
    return () => clearInterval(timer);
  }, [isChecking]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of the counts may change the issues.
  useEffect(() => {
    const controller = new AbortController();
    const timer = setTimeout(() => {
      uploads.issues(uploadId, controller.signal).then(setIssues, () => undefined);
    }, ISSUES_DELAY_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [uploads, uploadId, state.revision, state.counts, isChecking, polls]);

  // Once all rows are checked, those that were loaded before have their issues.
  const wasChecking = useRef(isChecking);
  useEffect(() => {
    if (wasChecking.current && !isChecking) rows.refresh();
    wasChecking.current = isChecking;
  }, [isChecking, rows]);

  const runningId = operation?.status === 'running' ? operation.id : null;
  useEffect(() => {
    if (runningId === null) return;
    let isCurrent = true;
    const timer = setInterval(() => {
      uploads.operation(uploadId, runningId).then(
        (now) => isCurrent && setOperation(now),
        () => undefined,
      );
    }, OPERATION_POLL_MS);
    return () => {
      isCurrent = false;
      clearInterval(timer);
    };
  }, [uploads, uploadId, runningId]);
  useEffect(() => {
    if (operation === null || operation.status === 'running') return;
    rowsRef.current?.refresh();
    uploads.issues(uploadId).then(setIssues, () => undefined);
  }, [operation, uploads, uploadId]);

  const change: Sheet['change'] = (cells) => {
    showAtOnce(rows, cells, columnKeys);
    return edits.send([{ kind: 'set', cells: [...cells] }]);
  };
  const run: Sheet['run'] = async (operations) => {
    const answer = await edits.send(operations);
    if (answer && 'revision' in answer) rows.refresh();
    return answer;
  };
  return {
    rows,
    total: lastTotal.current,
    revision: state.revision,
    counts: state.counts,
    issues,
    operation: operation?.status === 'running' || operation?.status === 'failed' ? operation : null,
    isSaving,
    conflicts,
    problem,
    dismiss: () => {
      setConflicts([]);
      setProblem(null);
    },
    change,
    run,
    receive: (result) => {
      if (result.operation) setOperation(result.operation);
      edits.sawRevision(result.revision);
      setState((now) =>
        result.revision >= now.revision ? { revision: result.revision, counts: result.counts } : now,
      );
      setConflicts(result.conflicts);
      rows.refresh();
    },
    cancelOperation: () => {
      if (operation) void uploads.cancelOperation(uploadId, operation.id).catch(setProblem);
    },
    refresh: () => rows.refresh(),
  };
}

/** Shows the new texts before the server has checked them. */
function showAtOnce(rows: SheetRows, cells: readonly CellChange[], columnKeys: readonly string[]): void {
  const changes = new Map<number, CellChange[]>();
  for (const cell of cells) changes.set(cell.row, [...(changes.get(cell.row) ?? []), cell]);
  rows.update((row) => {
    const own = changes.get(row.id);
    if (!own) return row;
    const texts = [...row.cells];
    for (const { column, text } of own) texts[columnKeys.indexOf(column)] = text;
    const changed = new Set<string | null>(own.map(({ column }) => column));
    return {
      ...row,
      cells: texts,
      issues: row.issues.filter(({ columnKey }) => !changed.has(columnKey)),
      isEdited: true,
    };
  });
}
