import type { UploadHead, UploadHeader, UploadHeadQuery } from '@inlet/contracts';
import { Checkbox, Select } from '@mantine/core';
import { IconSparkles } from '@tabler/icons-react';
import { useEffect, useId, useState } from 'react';
import { isAbort } from '../../api/api-problem.js';
import { ErrorPanel } from '../../components/error-panel.js';
import { Bone } from '../../components/skeletons.js';
import { StepFrame } from '../../components/step-frame.js';
import { useManual } from '../../manual/manual-context.js';
import type { ManualHandle } from '../../manual/manual-state.js';
import { useWidget } from '../../session/widget-context.js';
import { encodingChoices } from '../configure/encodings.js';
import { EarlierImport } from '../upload/earlier-import.js';
import css from './file-header.module.css';

const DELIMITERS = [',', ';', '\t', '|'] as const;
/** Rows of headings that can be joined. */
const MOST_HEADING_ROWS = 5;
const MOST_COLUMNS = 40;

interface Choice {
  /** The first row of headings, as the file counts. */
  readonly row: number;
  /** How many rows have headings; 0 if none does. */
  readonly rows: number;
}

/** The step that asks which row has the names of the columns, and how the file is read. */
export function FileHeader({ state, dispatch }: ManualHandle) {
  const { t } = useWidget();
  const { uploads } = useManual();
  const upload = state.upload;
  const known = upload?.header ?? null;
  const [how, setHow] = useState<UploadHeadQuery>({});
  const [head, setHead] = useState<UploadHead | null>(null);
  const [choice, setChoice] = useState<Choice | null>(known && { row: known.row, rows: known.rows });
  const [isStale, setIsStale] = useState(true);
  const [problem, setProblem] = useState<unknown>(null);
  const [isBusy, setIsBusy] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const uploadId = upload?.id ?? null;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a retry is another attempt with the same choice.
  useEffect(() => {
    if (uploadId === null) return;
    const controller = new AbortController();
    setIsStale(true);
    setProblem(null);
    uploads.head(uploadId, how, controller.signal).then(
      (found) => {
        setHead(found);
        setIsStale(false);
        setChoice((now) => now ?? proposed(found));
      },
      (failure: unknown) => {
        if (isAbort(failure)) return;
        setProblem(failure);
        setIsStale(false);
      },
    );
    return () => controller.abort();
  }, [uploads, uploadId, how, attempt]);

  const readAgain = (change: UploadHeadQuery) => {
    setChoice(null);
    setHow({ ...how, ...change });
  };
  const goOn = () => {
    if (!upload || !head || !choice) return;
    const { fileId, worksheet, encoding, delimiter } = head;
    const isAsFound = known?.fileId === fileId && known.row === choice.row && known.rows === choice.rows;
    if (isAsFound && Object.keys(how).length === 0) return dispatch({ type: 'goToStep', step: 'map' });
    const header: UploadHeader = {
      fileId,
      ...choice,
      worksheet: worksheet ?? undefined,
      encoding: encoding ?? undefined,
      delimiter: delimiter ?? undefined,
    };
    setIsBusy(true);
    setProblem(null);
    uploads.chooseHeader(upload.id, header).then(
      (changed) => {
        dispatch({ type: 'receiveUpload', upload: changed });
        dispatch({ type: 'goToStep', step: 'map' });
      },
      (failure: unknown) => {
        setProblem(failure);
        setIsBusy(false);
      },
    );
  };
  return (
    <StepFrame
      title={t('fileHeader.title')}
      why={t('fileHeader.why')}
      onBack={() => dispatch({ type: 'goToStep', step: 'upload' })}
      primary={t('common.next')}
      isPrimaryDisabled={choice === null || isStale}
      isBusy={isBusy}
      onSubmit={goOn}
      status={
        choice && t(choice.rows === 0 ? 'fileHeader.statusNone' : 'fileHeader.status', { row: choice.row })
      }
    >
      {problem ? <ErrorPanel problem={problem} onRetry={() => setAttempt(attempt + 1)} /> : null}
      {head === null && !problem && <Bone height={280} />}
      {head && upload && (
        <>
          {upload.files.map((file) => (
            <EarlierImport key={file.id} file={file} />
          ))}
          <ReadingChoices head={head} upload={upload} onChange={readAgain} />
          {head.proposal && choice?.row === head.proposal.row && choice.rows === head.proposal.rows && (
            <p className={css.reason}>
              <IconSparkles size={16} aria-hidden="true" />
              {t(`fileHeader.reason.${head.proposal.reason}`, { row: head.proposal.row })}
            </p>
          )}
          <HeadTable head={head} choice={choice} isStale={isStale} onChoose={setChoice} />
          {choice && (
            <div className={css.more}>
              <Checkbox
                label={t('fileHeader.none')}
                checked={choice.rows === 0}
                onChange={(event) => {
                  const first = head.rows[0]?.row ?? 1;
                  setChoice(
                    event.currentTarget.checked ? { row: first, rows: 0 } : (proposed(head, true) ?? choice),
                  );
                }}
              />
              {choice.rows > 0 && (
                <Select
                  className={css.small ?? ''}
                  label={t('fileHeader.rows')}
                  data={Array.from({ length: MOST_HEADING_ROWS }, (_, index) => String(index + 1))}
                  value={String(choice.rows)}
                  allowDeselect={false}
                  onChange={(value) => setChoice({ ...choice, rows: Number(value ?? 1) })}
                />
              )}
            </div>
          )}
        </>
      )}
    </StepFrame>
  );
}

function proposed({ proposal, rows }: UploadHead, hasHeadings = false): Choice | null {
  if (proposal && !(hasHeadings && proposal.rows === 0)) return { row: proposal.row, rows: proposal.rows };
  const [first] = rows;
  return first ? { row: first.row, rows: 1 } : null;
}

interface ReadingChoicesProps {
  readonly head: UploadHead;
  readonly upload: NonNullable<ManualHandle['state']['upload']>;
  readonly onChange: (change: UploadHeadQuery) => void;
}

/** How the file is read: its worksheet, or the encoding and delimiter of its text. */
function ReadingChoices({ head, upload, onChange }: ReadingChoicesProps) {
  const { t, language } = useWidget();
  const file = upload.files.find(({ id }) => id === head.fileId);
  const worksheets = file?.worksheets ?? [];
  const { encoding, delimiter, worksheet } = head;
  const knownDelimiters: readonly string[] = DELIMITERS;
  return (
    <div className={css.choices}>
      {worksheets.length > 1 && (
        <Select
          className={css.choice ?? ''}
          label={t('fileHeader.worksheet')}
          data={worksheets.map(({ name, isHidden, rows }) => ({
            value: name,
            label: [
              name,
              ...(rows === null ? [] : [t('upload.rows', { n: rows })]),
              ...(isHidden ? [t('fileHeader.hidden')] : []),
            ].join(' · '),
          }))}
          value={worksheet}
          allowDeselect={false}
          onChange={(value) => onChange({ worksheet: value ?? undefined })}
        />
      )}
      {encoding !== null && (
        <Select
          className={css.choice ?? ''}
          label={t('encoding.label')}
          data={encodingChoices({ locale: language.tag, chosen: encoding })}
          value={encoding}
          searchable
          allowDeselect={false}
          nothingFoundMessage={t('encoding.none')}
          onChange={(value) => value && onChange({ encoding: value })}
        />
      )}
      {delimiter !== null && (
        <Select
          className={css.choice ?? ''}
          label={t('fileHeader.delimiter')}
          data={[...DELIMITERS, ...(knownDelimiters.includes(delimiter) ? [] : [delimiter])].map((value) => ({
            value,
            label: isNamed(value) ? t(`delimiter.${NAMES[value]}`) : value,
          }))}
          value={delimiter}
          allowDeselect={false}
          onChange={(value) => value && onChange({ delimiter: value })}
        />
      )}
    </div>
  );
}

const NAMES = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' } as const;
const isNamed = (value: string): value is keyof typeof NAMES => Object.hasOwn(NAMES, value);

interface HeadTableProps {
  readonly head: UploadHead;
  readonly choice: Choice | null;
  readonly isStale: boolean;
  readonly onChoose: (choice: Choice) => void;
}

/** The first rows. The row of the headings is chosen at its beginning, or by a click anywhere in it. */
function HeadTable({ head, choice, isStale, onChoose }: HeadTableProps) {
  const { t, formats } = useWidget();
  const name = useId();
  const width = Math.min(MOST_COLUMNS, Math.max(0, ...head.rows.map(({ cells }) => cells.length)));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolling content must be reachable by keyboard (WCAG 2.1.1).
    <section className={css.box} aria-label={t('fileHeader.table')} data-stale={isStale} tabIndex={0}>
      <table className={css.table}>
        <tbody>
          {head.rows.map(({ row, cells, isHidden }) => {
            const isHeading = choice !== null && choice.rows > 0 && isWithin(row, choice, head);
            const isAbove = choice !== null && row < choice.row;
            return (
              <tr
                key={row}
                data-heading={isHeading}
                data-above={isAbove}
                onClick={() => onChoose({ row, rows: Math.max(1, choice?.rows ?? 1) })}
              >
                <th scope="row" className={css.number}>
                  <label className={css.radio}>
                    <input
                      type="radio"
                      name={name}
                      checked={choice !== null && choice.rows > 0 && choice.row === row}
                      aria-label={t('fileHeader.useRow', { row })}
                      onChange={() => onChoose({ row, rows: Math.max(1, choice?.rows ?? 1) })}
                    />
                    <span title={isHidden ? t('fileHeader.hiddenRow') : undefined}>
                      {formats.number(row)}
                    </span>
                  </label>
                </th>
                {Array.from({ length: width }, (_, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: cells have no identity besides their place.
                  <td key={index} title={cells[index] ?? undefined}>
                    <span dir="auto">{cells[index] ?? ''}</span>
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

/** Whether a row is one of the chosen rows of headings: blank rows between them are not shown and do not count. */
function isWithin(row: number, { row: first, rows }: Choice, head: UploadHead): boolean {
  const at = head.rows.findIndex((each) => each.row === first);
  const own = head.rows.findIndex((each) => each.row === row);
  return at !== -1 && own >= at && own < at + rows;
}
