import type { Column, SheetOperation, SheetPatch, UploadView } from '@inlet/contracts';
import { Checkbox, Select } from '@mantine/core';
import { useEffect, useState } from 'react';
import { ErrorPanel } from '../../components/error-panel.js';
import { TextField } from '../../components/text-field.js';
import { useManual } from '../../manual/manual-context.js';
import type { Sheet } from '../../review/use-sheet.js';
import { useWidget } from '../../session/widget-context.js';
import { FormDialog } from './form-dialog.js';
import css from './review.module.css';

const COUNT_DELAY_MS = 350;
const SEARCH_POLL_MS = 500;
const ALL_COLUMNS = '';

export interface FindReplaceProps {
  readonly upload: UploadView;
  readonly columns: readonly Column[];
  /** The column with the focus. */
  readonly column: string | null;
  readonly sheet: Sheet;
  readonly onClose: () => void;
  readonly onReplaced: () => void;
}

type Count = { readonly cells: number } | { readonly problem: unknown } | null;

/** Finds and replaces in all rows of the file. Says how many cells it would change before it changes any. */
export function FindReplace({ upload, columns, column, sheet, onClose, onReplaced }: FindReplaceProps) {
  const { t } = useWidget();
  const { uploads } = useManual();
  const [find, setFind] = useState('');
  const [replacement, setReplacement] = useState('');
  const [where, setWhere] = useState(column ?? ALL_COLUMNS);
  const [matchCase, setMatchCase] = useState(false);
  const [wholeCell, setWholeCell] = useState(false);
  const [isRegex, setIsRegex] = useState(false);
  const [count, setCount] = useState<Count>(null);
  const operation: SheetOperation = {
    kind: 'replace',
    rows: { view: 'all' },
    column: where === ALL_COLUMNS ? undefined : where,
    find,
    with: replacement,
    matchCase,
    wholeCell,
    isRegex,
    isDryRun: false,
  };
  const wanted = JSON.stringify(operation);
  /** Waits for the end of a search that takes longer than a request may. */
  const countMatches = async (request: SheetPatch): Promise<number> => {
    const answer = await uploads.patch(upload.id, request);
    if ('revision' in answer) return answer.matches ?? 0;
    let { operation: search } = answer;
    while (search.status === 'running') {
      await new Promise((resolve) => setTimeout(resolve, SEARCH_POLL_MS));
      search = await uploads.operation(upload.id, search.id);
    }
    return search.matches ?? 0;
  };
  const baseRevision = sheet.revision;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the operation is compared by content.
  useEffect(() => {
    setCount(null);
    if (find === '') return;
    let isCurrent = true;
    const timer = setTimeout(() => {
      const request = { baseRevision, operations: [{ ...operation, isDryRun: true }] };
      countMatches(request).then(
        (cells) => isCurrent && setCount({ cells }),
        (problem: unknown) => isCurrent && setCount({ problem }),
      );
    }, COUNT_DELAY_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [wanted, uploads, upload.id, baseRevision]);

  const cells = count && 'cells' in count ? count.cells : null;
  return (
    <FormDialog
      title={t('review.findReplace')}
      submit={t('review.replaceAll')}
      isDisabled={!cells}
      onSubmit={() => {
        void sheet.run([operation]).then((answer) => answer && onReplaced());
        onClose();
      }}
      onClose={onClose}
    >
      <TextField
        data-autofocus
        label={t(isRegex ? 'review.findPattern' : 'review.find')}
        value={find}
        maxLength={500}
        onChange={setFind}
      />
      <TextField label={t('review.replaceWith')} value={replacement} onChange={setReplacement} />
      <Select
        label={t('review.inColumn')}
        data={[
          { value: ALL_COLUMNS, label: t('review.allColumns') },
          ...columns.map(({ key, name }) => ({ value: key, label: name })),
        ]}
        value={where}
        allowDeselect={false}
        onChange={(value) => setWhere(value ?? ALL_COLUMNS)}
      />
      <Checkbox
        label={t('review.matchCase')}
        checked={matchCase}
        onChange={(event) => setMatchCase(event.currentTarget.checked)}
      />
      <Checkbox
        label={t('review.wholeCell')}
        checked={wholeCell}
        onChange={(event) => setWholeCell(event.currentTarget.checked)}
      />
      <Checkbox
        label={t('review.regex')}
        checked={isRegex}
        onChange={(event) => setIsRegex(event.currentTarget.checked)}
      />
      {count && 'problem' in count && <ErrorPanel problem={count.problem} />}
      <p className={css.count} role="status">
        {cells !== null && t('review.matches', { n: cells })}
      </p>
    </FormDialog>
  );
}
