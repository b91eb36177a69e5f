import type { IssueGroups } from '@inlet/contracts';
import { ProgressBar } from '../../components/progress-bar.js';
import { useWidget } from '../../session/widget-context.js';
import css from './review.module.css';

/** How many rows are checked so far. */
export function CheckProgress({ issues }: { readonly issues: IssueGroups | null }) {
  const { t } = useWidget();
  const { checked = 0, total = 0 } = issues ?? {};
  return (
    <div className={css.progress}>
      <p className={css.quiet}>{t('review.checking', { checked, n: total })}</p>
      <ProgressBar share={total > 0 ? checked / total : null} label={t('review.checkingLabel')} />
    </div>
  );
}
