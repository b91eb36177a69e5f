import { Button } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { useWidget } from '../session/widget-context.js';
import css from './step-frame.module.css';
import { useTitleFocus } from './title-focus.js';

export interface StepFrameProps {
  /** The step's question. */
  readonly title: string;
  /** One sentence that explains the question. */
  readonly why: ReactNode;
  readonly children: ReactNode;
  readonly onBack?: (() => void) | undefined;
  /** Progress of this step, shown between the buttons. */
  readonly status?: ReactNode;
  readonly primary: string;
  readonly isPrimaryDisabled?: boolean;
  readonly isBusy?: boolean;
  readonly onSubmit: () => void;
}

/** The layout of a step: question, explanation, fields, and a footer that stays visible. Enter submits. */
export function StepFrame(props: StepFrameProps) {
  const {
    title,
    why,
    children,
    onBack,
    status,
    primary,
    isPrimaryDisabled = false,
    isBusy = false,
    onSubmit,
  } = props;
  const { t } = useWidget();
  const id = useId();
  const titleRef = useTitleFocus();
  return (
    <form
      className={css.frame}
      aria-labelledby={id}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) onSubmit();
      }}
    >
      <main className={css.body}>
        <div className={css.question}>
          <h1 id={id} className={css.title} tabIndex={-1} ref={titleRef}>
            {title}
          </h1>
          <p className={css.why}>{why}</p>
        </div>
        {children}
      </main>
      <footer className={css.footer}>
        <div className={css.back}>
          {onBack && (
            <Button variant="default" onClick={onBack}>
              {t('common.back')}
            </Button>
          )}
        </div>
        <div className={css.status} aria-live="polite">
          {status}
        </div>
        <Button type="submit" disabled={isPrimaryDisabled} loading={isBusy} className={css.primary}>
          {primary}
        </Button>
      </footer>
    </form>
  );
}
