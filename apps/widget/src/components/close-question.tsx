import { Button } from '@mantine/core';
import { useWidget } from '../session/widget-context.js';
import { Question } from './question.js';

export interface CloseQuestionProps {
  readonly onStay: () => void;
  readonly onLeave: () => void;
  readonly onDiscard: () => void;
}

/** Asks before closing an unfinished import. */
export function CloseQuestion({ onStay, onLeave, onDiscard }: CloseQuestionProps) {
  const { t } = useWidget();
  return (
    <Question title={t('close.title')} text={t('close.text')} onCancel={onStay}>
      <Button variant="subtle" color="gray" onClick={onDiscard}>
        {t('close.discard')}
      </Button>
      <Button variant="default" onClick={onLeave}>
        {t('close.leave')}
      </Button>
      <Button data-autofocus onClick={onStay}>
        {t('close.stay')}
      </Button>
    </Question>
  );
}

/** Asks before a transfer is broken off. */
export function StopTransferQuestion({ onStay, onLeave }: Omit<CloseQuestionProps, 'onDiscard'>) {
  const { t } = useWidget();
  return (
    <Question title={t('closeTransfer.title')} text={t('closeTransfer.text')} onCancel={onStay}>
      <Button variant="default" onClick={onLeave}>
        {t('closeTransfer.leave')}
      </Button>
      <Button data-autofocus onClick={onStay}>
        {t('closeTransfer.stay')}
      </Button>
    </Question>
  );
}
