import type { UploadView } from '@inlet/contracts';
import { UploadStatusPill } from '../../components/pills.js';
import { useWidget } from '../../session/widget-context.js';
import css from './imports.module.css';

export interface UploadRowProps {
  readonly upload: UploadView;
  readonly onOpen: () => void;
}

/** A file whose rows were sent: its name, when, how many rows, and how it ended. */
export function UploadRow({ upload, onOpen }: UploadRowProps) {
  const { t, formats } = useWidget();
  const { counts, files } = upload;
  const sizeBytes = files.reduce((sum, { receivedBytes }) => sum + receivedBytes, 0);
  return (
    <li className={css.upload}>
      <div className={css.jobMain}>
        <button type="button" dir="auto" className={css.jobName} onClick={onOpen}>
          {upload.label}
        </button>
        {files.length > 0 && <p className={css.quiet}>{formats.bytes(sizeBytes)}</p>}
      </div>
      <p className={css.quiet} title={formats.dateTime(upload.createdAt)}>
        {formats.when(upload.createdAt)}
      </p>
      <div className={css.jobState}>
        <UploadStatusPill upload={upload} />
        <p className={css.quiet}>{t('imports.rowsAccepted', { n: counts.delivered })}</p>
      </div>
    </li>
  );
}
