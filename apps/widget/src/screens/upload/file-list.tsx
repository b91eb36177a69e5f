import type { UploadFile, UploadView } from '@inlet/contracts';
import { Button } from '@mantine/core';
import { IconFileSpreadsheet } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { ErrorPanel } from '../../components/error-panel.js';
import { Notice } from '../../components/notice.js';
import { ProgressBar } from '../../components/progress-bar.js';
import { bytesOfTransfer, type Transfer } from '../../manual/manual-state.js';
import { useWidget } from '../../session/widget-context.js';
import { problemOfFile } from '../../texts/error-texts.js';
import { EarlierImport } from './earlier-import.js';
import css from './upload.module.css';

interface FileCardProps {
  readonly name: string;
  readonly children: ReactNode;
  readonly action?: ReactNode;
  /** Below the rest, over the whole width. */
  readonly notices?: ReactNode;
}

function FileCard({ name, children, action, notices }: FileCardProps) {
  return (
    <div className={css.transfer}>
      <IconFileSpreadsheet size={28} stroke={1.5} className={css.icon} aria-hidden="true" />
      <div className={css.transferText}>
        <p className={css.fileName} dir="auto">
          {name}
        </p>
        {children}
      </div>
      {action}
      <div className={css.notices}>{notices}</div>
    </div>
  );
}

interface SendingFilesProps {
  /** null while the server still reads what has arrived. */
  readonly transfer: Transfer | null;
  readonly upload: UploadView | null;
  readonly onCancel: () => void;
}

/** The files on their way, each with its progress. */
export function SendingFiles({ transfer, upload, onCancel }: SendingFilesProps) {
  const { t, formats } = useWidget();
  const files = transfer?.files ?? upload?.files.map(({ name }) => ({ name, sentBytes: 0, sizeBytes: 0 }));
  const isSending = transfer !== null && !isSent(transfer);
  return (
    <div className={css.files} role="status">
      {files?.map(({ name, sentBytes, sizeBytes }, index) => {
        const isArriving = sentBytes < sizeBytes;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: two files may have the same name.
          <FileCard key={index} name={name}>
            {(isArriving || !isSending) && (
              <ProgressBar share={isArriving ? sentBytes / sizeBytes : null} label={t('upload.sending')} />
            )}
            <p className={css.quiet}>
              {isSending
                ? t('upload.sent', { sent: formats.bytes(sentBytes), size: formats.bytes(sizeBytes) })
                : t('upload.reading')}
            </p>
          </FileCard>
        );
      })}
      {transfer?.isInterrupted && <Notice tone="warn">{t('upload.interrupted')}</Notice>}
      {transfer && (
        <Button variant="default" size="compact-sm" onClick={onCancel}>
          {t('common.cancel')}
        </Button>
      )}
    </div>
  );
}

const isSent = (transfer: Transfer): boolean => {
  const { sentBytes, sizeBytes } = bytesOfTransfer(transfer);
  return sentBytes >= sizeBytes;
};

interface ChosenFilesProps {
  readonly upload: UploadView;
  readonly onRemove: (fileId: string) => void;
}

/** The files of the upload. One of several can be removed, and says why it must be if it does not fit. */
export function ChosenFiles({ upload, onRemove }: ChosenFilesProps) {
  const { t, formats } = useWidget();
  const { files, counts } = upload;
  const rows = files.length === 1 && counts.rows > 0 ? [t('upload.rows', { n: counts.rows })] : [];
  return (
    <section className={css.files} aria-label={t('upload.files')}>
      {files.map((file) => (
        <FileCard
          key={file.id}
          name={file.name}
          notices={
            <>
              <EarlierImport file={file} />
              <FileFault file={file} first={files[0]?.name ?? ''} />
            </>
          }
          action={
            files.length > 1 && (
              <Button
                variant="default"
                size="compact-sm"
                aria-label={t('upload.removeNamed', { name: file.name })}
                onClick={() => onRemove(file.id)}
              >
                {t('upload.removeFile')}
              </Button>
            )
          }
        >
          <p className={css.quiet}>{[formats.bytes(file.receivedBytes), ...rows].join(' · ')}</p>
        </FileCard>
      ))}
    </section>
  );
}

function FileFault({ file, first }: { readonly file: UploadFile; readonly first: string }) {
  const { t, formats } = useWidget();
  if (file.error) return <ErrorPanel problem={problemOfFile(file.error)} />;
  if (!file.mismatch) return null;
  const { missing, extra } = file.mismatch;
  return (
    <Notice tone="bad" title={t('upload.mismatch', { name: first })} isAlert>
      {missing.length > 0 && <p>{t('upload.missing', { names: formats.list(missing) })}</p>}
      {extra.length > 0 && <p>{t('upload.extra', { names: formats.list(extra) })}</p>}
      <p>{t('upload.mismatchHelp')}</p>
    </Notice>
  );
}
