import { Button } from '@mantine/core';
import { ProgressBar } from '../../components/progress-bar.js';
import { bytesOfTransfer, type Transfer } from '../../manual/manual-state.js';
import { useWidget } from '../../session/widget-context.js';
import css from './upload.module.css';

export interface TransferBarProps {
  readonly transfer: Transfer;
  readonly onCancel: () => void;
}

/** The rest of the transfer, while the person goes on with the part that has arrived. */
export function TransferBar({ transfer, onCancel }: TransferBarProps) {
  const { t, formats } = useWidget();
  const { sentBytes, sizeBytes } = bytesOfTransfer(transfer);
  const sent = t('upload.sent', { sent: formats.bytes(sentBytes), size: formats.bytes(sizeBytes) });
  return (
    <div className={css.bar}>
      <ProgressBar
        share={sizeBytes > 0 ? sentBytes / sizeBytes : null}
        label={t('upload.sending')}
        valueText={sent}
      />
      <span className={css.quiet}>{transfer.isInterrupted ? t('upload.interrupted') : sent}</span>
      <Button variant="subtle" color="gray" size="compact-sm" onClick={onCancel}>
        {t('common.cancel')}
      </Button>
    </div>
  );
}
