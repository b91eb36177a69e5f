import type { UploadView } from '@inlet/contracts';
import { useEffect, useRef } from 'react';
import { isAbort } from '../../api/api-problem.js';
import { ErrorPanel } from '../../components/error-panel.js';
import { Fold } from '../../components/fold.js';
import { StepFrame } from '../../components/step-frame.js';
import { hasArrived, isUnusable, type ManualHandle, stepOf } from '../../manual/manual-state.js';
import type { TransferHandle } from '../../manual/use-transfer.js';
import { useWidget } from '../../session/widget-context.js';
import { problemOfFile } from '../../texts/error-texts.js';
import { DropZone } from './drop-zone.js';
import { ChosenFiles, SendingFiles } from './file-list.js';
import { PasteArea } from './paste-area.js';
import { SampleLinks } from './sample-links.js';
import { UnfinishedUploads } from './unfinished-uploads.js';
import css from './upload.module.css';

export interface UploadProps extends ManualHandle {
  readonly transfer: TransferHandle;
}

/** The step that asks for files. */
export function Upload({ state, dispatch, transfer }: UploadProps) {
  const { t } = useWidget();
  const { upload } = state;
  const { problem } = transfer;
  const hasRows = upload !== null && !isUnusable(upload) && upload.headings.length > 0;
  const isReading = upload !== null && !isUnusable(upload) && hasArrived(upload) && !hasRows;
  const unreadable = upload && isUnusable(upload) ? upload.error : null;
  const isSeveral = upload !== null && upload.files.length > 1;

  const pastedName = t('upload.pastedName');
  usePastedFiles((files) => void transfer.send(files), pastedName);
  return (
    <StepFrame
      title={t('upload.title')}
      why={t('upload.why')}
      primary={t('common.next')}
      isPrimaryDisabled={!hasRows || state.transfer !== null}
      onSubmit={() => upload && dispatch({ type: 'goToStep', step: nextStepOf(upload) })}
    >
      {problem && !isAbort(problem) ? <ErrorPanel problem={problem} /> : null}
      {unreadable && !isSeveral ? <ErrorPanel problem={problemOfFile(unreadable)} /> : null}
      {state.transfer || isReading ? (
        <SendingFiles transfer={state.transfer} upload={upload} onCancel={transfer.cancel} />
      ) : (
        <>
          <UnfinishedUploads
            current={upload}
            onResume={(found: UploadView) => dispatch({ type: 'resume', upload: found })}
          />
          {upload && (hasRows || (unreadable && isSeveral)) && (
            <ChosenFiles upload={upload} onRemove={(fileId) => void transfer.removeFile(fileId)} />
          )}
          <DropZone
            hasFiles={hasRows}
            onFiles={(files) => void transfer.send(files)}
            onMoreFiles={(files) => void transfer.add(files)}
          />
          <div className={css.links}>
            <Fold label={t('upload.pasteOpen')}>
              <PasteArea onText={(text) => void transfer.send([fileOfText(text, pastedName)])} />
            </Fold>
            <button type="button" className={css.link} onClick={() => void transfer.startEmpty()}>
              {t('upload.typeOpen')}
            </button>
            <SampleLinks />
          </div>
          <ExpectedColumns />
        </>
      )}
    </StepFrame>
  );
}

/** Another header may make files fit that do not fit now. */
function nextStepOf(upload: UploadView) {
  const step = stepOf(upload);
  return step === 'upload' ? 'header' : step;
}

function ExpectedColumns() {
  const { t, session } = useWidget();
  return (
    <div className={css.expected}>
      <h2 className={css.expectedTitle}>{t('upload.expected')}</h2>
      <ul className={css.columns}>
        {session.template.columns.map(({ key, name, required }) => (
          <li key={key} className={css.column} title={t('map.required')} data-required={Boolean(required)}>
            {name}
            {required && <span aria-hidden="true"> *</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Pasted files and cells go the way of chosen files, wherever the focus is. */
function usePastedFiles(onFiles: (files: readonly File[]) => void, pastedName: string): void {
  const latest = useRef(onFiles);
  latest.current = onFiles;
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      if ((event.target as HTMLElement | null)?.closest?.('textarea, input')) return;
      const files = [...(event.clipboardData?.files ?? [])];
      const text = event.clipboardData?.getData('text/plain') ?? '';
      if (files.length > 0) latest.current(files);
      else if (text.includes('\n') || text.includes('\t')) latest.current([fileOfText(text, pastedName)]);
    };
    document.addEventListener('paste', onPaste);
    return () => document.removeEventListener('paste', onPaste);
  }, [pastedName]);
}

const fileOfText = (text: string, name: string): File =>
  new File([text], `${name}.tsv`, { type: 'text/tab-separated-values' });
