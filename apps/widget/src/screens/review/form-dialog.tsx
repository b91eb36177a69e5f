import { Button, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWidget } from '../../session/widget-context.js';
import css from './review.module.css';

export interface FormDialogProps {
  readonly title: string;
  /** The fields. The first one to fill in has `data-autofocus`. */
  readonly children: ReactNode;
  /** The button that submits. */
  readonly submit: string;
  readonly isDisabled: boolean;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
}

/** A form over the review. Its submission stays inside: the review is a form, too. */
export function FormDialog({ title, children, submit, isDisabled, onSubmit, onClose }: FormDialogProps) {
  const { t } = useWidget();
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      transitionProps={{ duration: 120 }}
    >
      <form
        className={css.dialog}
        onSubmit={(event) => {
          event.preventDefault();
          event.stopPropagation();
          if (!isDisabled) onSubmit();
        }}
      >
        {children}
        <div className={css.answers}>
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" disabled={isDisabled}>
            {submit}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
