import { Button } from '@mantine/core';
import { Question } from '../../components/question.js';
import { useWidget } from '../../session/widget-context.js';

export interface DeleteInvalidProps {
  readonly count: number;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
}

/** Asks before all rows that need attention are deleted. */
export function DeleteInvalid({ count, onClose, onConfirm }: DeleteInvalidProps) {
  const { t } = useWidget();
  return (
    <Question
      title={t('review.deleteInvalidTitle', { n: count })}
      text={t('review.deleteInvalidText')}
      onCancel={onClose}
    >
      <Button variant="default" onClick={onClose}>
        {t('common.cancel')}
      </Button>
      <Button color="red" onClick={onConfirm}>
        {t('review.deleteRows', { n: count })}
      </Button>
    </Question>
  );
}
