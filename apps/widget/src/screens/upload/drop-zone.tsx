import { Button } from '@mantine/core';
import { IconFileUpload } from '@tabler/icons-react';
import { type DragEvent, useRef, useState } from 'react';
import { useWidget } from '../../session/widget-context.js';
import css from './upload.module.css';

/** Formats by the ending of their files, as people call them. */
const FORMATS = ['CSV', 'TSV', 'Excel (XLSX, XLS)', 'ODS', 'JSON', 'XML'];
const ACCEPTED =
  '.csv,.tsv,.tab,.txt,.xlsx,.xlsm,.xls,.xlsb,.ods,.json,.ndjson,.jsonl,.xml,.zip,.gz,text/csv,text/plain';

export interface DropZoneProps {
  /** Files were chosen before: these replace them, or are added to them. */
  readonly hasFiles: boolean;
  readonly onFiles: (files: readonly File[]) => void;
  readonly onMoreFiles: (files: readonly File[]) => void;
}

/** Takes files that are dropped or chosen. */
export function DropZone({ hasFiles, onFiles, onMoreFiles }: DropZoneProps) {
  const { t, formats, session } = useWidget();
  const { limits } = session.template;
  const input = useRef<HTMLInputElement>(null);
  const onChosen = useRef(onFiles);
  const [isOver, setIsOver] = useState(false);
  const choose = (to: typeof onFiles) => {
    onChosen.current = to;
    input.current?.click();
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    const files = [...event.dataTransfer.files];
    if (files.length > 0) onFiles(files);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the buttons inside do the same by keyboard.
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
      <div className={css.zoneButtons}>
        <Button type="button" variant={hasFiles ? 'default' : 'filled'} onClick={() => choose(onFiles)}>
          {t(hasFiles ? 'upload.chooseOther' : 'upload.choose')}
        </Button>
        {hasFiles && (
          <Button type="button" variant="default" onClick={() => choose(onMoreFiles)}>
            {t('upload.addFiles')}
          </Button>
        )}
      </div>
      <p className={css.quiet}>{formats.list(FORMATS, 'disjunction')}</p>
      <p className={css.quiet}>
        {t('upload.limits', { rows: limits.maxRecords, size: formats.bytes(limits.maxSourceBytes) })}
      </p>
      <p className={css.quiet}>{t('upload.several')}</p>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept={ACCEPTED}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          // The same file can be chosen again.
          event.currentTarget.value = '';
          if (files.length > 0) onChosen.current(files);
        }}
      />
    </div>
  );
}
