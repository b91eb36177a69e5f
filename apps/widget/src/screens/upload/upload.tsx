import type { UploadView } from '@inlet/contracts';
import { Button } from '@mantine/core';
import { IconFileSpreadsheet, IconFileUpload } from '@tabler/icons-react';
import { type DragEvent, useEffect, useRef, useState } from 'react';
import { isAbort } from '../../api/api-problem.js';
import { ErrorPanel } from '../../components/error-panel.js';
import { Fold } from '../../components/fold.js';
import { ProgressBar } from '../../components/progress-bar.js';
import { StepFrame } from '../../components/step-frame.js';
import { hasArrived, isUnusable, type ManualHandle, stepOf } from '../../manual/manual-state.js';
import { useWidget } from '../../session/widget-context.js';
import { problemOfFile } from '../../texts/error-texts.js';
import { PasteArea } from './paste-area.js';
import { saveSample } from './sample-file.js';
import { UnfinishedUploads } from './unfinished-uploads.js';
import css from './upload.module.css';

export interface UploadProps extends ManualHandle {
  /** Sends a file; the transfer goes on while other screens are shown. */
  readonly onFile: (file: File) => void;
  readonly onCancel: () => void;
  /** Why the last transfer failed. */
  readonly problem: unknown;
}

/** Formats by the ending of their files, as people call them. */
const FORMATS = ['CSV', 'TSV', 'Excel (XLSX, XLS)', 'ODS', 'JSON', 'XML'];
const ACCEPTED =
  '.csv,.tsv,.tab,.txt,.xlsx,.xlsm,.xls,.xlsb,.ods,.json,.ndjson,.jsonl,.xml,.zip,.gz,text/csv,text/plain';

/** The step that asks for a file. */
export function Upload({ state, dispatch, onFile, onCancel, problem }: UploadProps) {
  const { t, formats, session } = useWidget();
  const { upload, transfer } = state;
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setIsOver] = useState(false);
  const { columns, limits } = session.template;
  const isReady = upload !== null && stepOf(upload) !== 'upload';
  const isReading = upload !== null && !isUnusable(upload) && hasArrived(upload) && !isReady;

  const isSending = transfer !== null && transfer.sentBytes < transfer.sizeBytes;

  // Pasted files and cells go the way of a chosen file, wherever the focus is.
  const latest = useRef(onFile);
  latest.current = onFile;
  const pastedName = t('upload.pastedName');
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      if ((event.target as HTMLElement | null)?.closest?.('textarea, input')) return;
      const [file] = event.clipboardData?.files ?? [];
      const text = event.clipboardData?.getData('text/plain') ?? '';
      if (file) latest.current(file);
      else if (text.includes('\n') || text.includes('\t')) latest.current(fileOfText(text, pastedName));
    };
    document.addEventListener('paste', onPaste);
    return () => document.removeEventListener('paste', onPaste);
  }, [pastedName]);

  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    const [file] = event.dataTransfer.files;
    if (file) onFile(file);
  };
  return (
    <StepFrame
      title={t('upload.title')}
      why={t('upload.why')}
      primary={t('common.next')}
      isPrimaryDisabled={!isReady}
      onSubmit={() => upload && dispatch({ type: 'goToStep', step: stepOf(upload) })}
    >
      {problem && !isAbort(problem) ? <ErrorPanel problem={problem} /> : null}
      {upload && isUnusable(upload) && upload.error ? (
        <ErrorPanel problem={problemOfFile(upload.error)} />
      ) : null}
      {transfer || isReading ? (
        <div className={css.transfer} role="status">
          <IconFileSpreadsheet size={28} stroke={1.5} className={css.icon} aria-hidden="true" />
          <div className={css.transferText}>
            <p className={css.fileName} dir="auto">
              {transfer?.fileName ?? upload?.label}
            </p>
            <ProgressBar
              share={isSending ? transfer.sentBytes / transfer.sizeBytes : null}
              label={t('upload.sending')}
            />
            <p className={css.quiet}>
              {isSending
                ? t('upload.sent', {
                    sent: formats.bytes(transfer.sentBytes),
                    size: formats.bytes(transfer.sizeBytes),
                  })
                : t('upload.reading')}
            </p>
          </div>
          {transfer && (
            <Button variant="default" size="compact-sm" onClick={onCancel}>
              {t('common.cancel')}
            </Button>
          )}
        </div>
      ) : (
        <>
          <UnfinishedUploads
            current={upload}
            onResume={(found: UploadView) => dispatch({ type: 'resume', upload: found })}
          />
          {upload && isReady && <ChosenFile upload={upload} />}
          {/* biome-ignore lint/a11y/noStaticElementInteractions: the button inside does the same by keyboard. */}
          <div
            className={css.zone}
            data-over={isOver}
            onDragOver={(event) => {
              event.preventDefault();
              setIsOver(true);
            }}
            onDragLeave={() => setIsOver(false)}
            onDrop={onDrop}
          >
            <IconFileUpload size={32} stroke={1.5} className={css.icon} aria-hidden="true" />
            <p className={css.zoneTitle}>{t('upload.drop')}</p>
            <Button
              type="button"
              variant={isReady ? 'default' : 'filled'}
              onClick={() => input.current?.click()}
            >
              {t(isReady ? 'upload.chooseOther' : 'upload.choose')}
            </Button>
            <p className={css.quiet}>{formats.list(FORMATS, 'disjunction')}</p>
            <p className={css.quiet}>
              {t('upload.limits', { rows: limits.maxRecords, size: formats.bytes(limits.maxSourceBytes) })}
            </p>
            <input
              ref={input}
              type="file"
              hidden
              accept={ACCEPTED}
              onChange={(event) => {
                const [file] = event.currentTarget.files ?? [];
                // The same file can be chosen again.
                event.currentTarget.value = '';
                if (file) onFile(file);
              }}
            />
          </div>
          <div className={css.links}>
            <Fold label={t('upload.pasteOpen')}>
              <PasteArea onText={(text) => onFile(fileOfText(text, pastedName))} />
            </Fold>
            <button
              type="button"
              className={css.link}
              onClick={() => saveSample(columns, session.template.name)}
            >
              {t('upload.sample')}
            </button>
          </div>
          <div className={css.expected}>
            <h2 className={css.expectedTitle}>{t('upload.expected')}</h2>
            <ul className={css.columns}>
              {columns.map(({ key, name, required }) => (
                <li
                  key={key}
                  className={css.column}
                  title={t('map.required')}
                  data-required={Boolean(required)}
                >
                  {name}
                  {required && <span aria-hidden="true"> *</span>}
                </li>
              ))}
            </ul>
          </div>
        </>
      )}
    </StepFrame>
  );
}

function ChosenFile({ upload }: { readonly upload: UploadView }) {
  const { t, formats } = useWidget();
  const [file] = upload.files;
  return (
    <div className={css.transfer}>
      <IconFileSpreadsheet size={28} stroke={1.5} className={css.icon} aria-hidden="true" />
      <div className={css.transferText}>
        <p className={css.fileName} dir="auto">
          {file?.name ?? upload.label}
        </p>
        <p className={css.quiet}>
          {[
            ...(file ? [formats.bytes(file.receivedBytes)] : []),
            ...(upload.counts.rows > 0 ? [t('upload.rows', { n: upload.counts.rows })] : []),
          ].join(' · ')}
        </p>
      </div>
    </div>
  );
}

const fileOfText = (text: string, name: string): File =>
  new File([text], `${name}.tsv`, { type: 'text/tab-separated-values' });
