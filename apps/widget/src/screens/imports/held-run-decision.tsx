import type { ReleaseRequest, RunView } from '@inlet/contracts';
import { Button, Radio } from '@mantine/core';
import { useState } from 'react';
import { ErrorPanel } from '../../components/error-panel.js';
import { Question } from '../../components/question.js';
import { TextField } from '../../components/text-field.js';
import { useWidget } from '../../session/widget-context.js';
import css from './imports.module.css';

const MOST_REASON_CHARS = 500;

export interface HeldRunDecisionProps {
  readonly run: RunView;
  readonly action: 'release' | 'discard';
  readonly onCancel: () => void;
  readonly onDecided: (run: RunView) => void;
}

/** Asks for the reason, and whether missing items are reported as removed. The first decision counts. */
export function HeldRunDecision({ run, action, onCancel, onDecided }: HeldRunDecisionProps) {
  const { t, api } = useWidget();
  const [reason, setReason] = useState('');
  const [removals, setRemovals] = useState<ReleaseRequest['removals']>('skip');
  const [isChecked, setIsChecked] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const removed = action === 'release' ? run.counts.removed : 0;
  const decide = () => {
    setIsChecked(true);
    const why = reason.trim();
    if (why === '') return;
    setIsBusy(true);
    setProblem(null);
    const decided =
      action === 'release'
        ? api.releaseRun(run.id, { reason: why, removals })
        : api.discardRun(run.id, { reason: why });
    decided.then(onDecided, (failure: unknown) => {
      setIsBusy(false);
      setProblem(failure);
    });
  };
  return (
    <Question
      title={t(action === 'release' ? 'held.releaseTitle' : 'held.discardTitle')}
      onCancel={onCancel}
      text={
        <form
          id="held-run-decision"
          className={css.decisionFields}
          onSubmit={(event) => {
            event.preventDefault();
            // The dialog is a portal inside the page: its submit is not the page's.
            event.stopPropagation();
            decide();
          }}
        >
          {removed > 0 && (
            <Radio.Group
              label={t('held.removals', { n: removed })}
              value={removals}
              onChange={(value) => setRemovals(value === 'send' ? 'send' : 'skip')}
            >
              <div className={css.decisionFields}>
                <Radio value="skip" label={t('held.removals.skip')} />
                <Radio value="send" label={t('held.removals.send')} />
              </div>
            </Radio.Group>
          )}
          <TextField
            label={t('held.reason')}
            description={t('held.reasonHelp')}
            value={reason}
            maxLength={MOST_REASON_CHARS}
            error={isChecked && reason.trim() === '' && t('common.missing')}
            data-autofocus
            onChange={setReason}
          />
          {problem ? <ErrorPanel problem={problem} /> : null}
        </form>
      }
    >
      <Button variant="default" onClick={onCancel}>
        {t('common.cancel')}
      </Button>
      <Button type="submit" form="held-run-decision" loading={isBusy}>
        {t(action === 'release' ? 'held.release' : 'held.discard')}
      </Button>
    </Question>
  );
}
