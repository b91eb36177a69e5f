import type { Operation } from '@inlet/contracts';
import { Button } from '@mantine/core';
import { ErrorPanel } from '../../components/error-panel.js';
import { ProgressBar } from '../../components/progress-bar.js';
import { useWidget } from '../../session/widget-context.js';
import { problemOf } from '../../texts/error-texts.js';
import css from './review.module.css';

export interface OperationBarProps {
  readonly operation: Operation;
  readonly onCancel: () => void;
}

/** Work on many rows that goes on: how far it is, and a button that stops it. */
export function OperationBar({ operation, onCancel }: OperationBarProps) {
  const { t } = useWidget();
  const { kind, status, done, total, error } = operation;
  if (status === 'failed') return error && <ErrorPanel problem={problemOf(error)} />;
  return (
    <div className={css.progress}>
      <div className={css.progressHead}>
        <p className={css.quiet}>
          {t(`operation.${kind}`)} · {t('review.doneOf', { done, n: total })}
        </p>
        <Button size="compact-sm" variant="default" onClick={onCancel}>
          {t('common.cancel')}
        </Button>
      </div>
      <ProgressBar share={total > 0 ? done / total : null} label={t(`operation.${kind}`)} />
    </div>
  );
}
