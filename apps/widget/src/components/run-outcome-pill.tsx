import type { RunOutcome } from '@inlet/contracts';
import { useWidget } from '../session/widget-context.js';
import { Pill, type PillTone } from './pill.js';

const TONES: Readonly<Record<RunOutcome, PillTone>> = {
  queued: 'busy',
  running: 'busy',
  succeeded: 'good',
  succeeded_with_issues: 'warn',
  unchanged: 'none',
  failed: 'bad',
  cancelled: 'none',
  not_started: 'none',
};

/** How a run ended, in words. */
export function RunOutcomePill({ run: { outcome } }: { run: { readonly outcome: RunOutcome } }) {
  const { t } = useWidget();
  return <Pill tone={TONES[outcome]}>{t(`outcome.${outcome}`)}</Pill>;
}
