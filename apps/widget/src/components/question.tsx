import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from '../session/words.js';
import css from './question.module.css';

export interface QuestionProps {
  readonly title: string;
  readonly text: ReactNode;
  readonly onCancel: () => void;
  /** The buttons. */
  readonly children: ReactNode;
}

/** A dialog that asks for a decision. */
export function Question({ title, text, onCancel, children }: QuestionProps) {
  const { t } = useWords();
  return (
    <Modal
      opened
      centered
      onClose={onCancel}
      title={title}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      classNames={{ title: css.title ?? '' }}
      transitionProps={{ duration: 120 }}
    >
      <div className={css.text}>{text}</div>
      <div className={css.answers}>{children}</div>
    </Modal>
  );
}
