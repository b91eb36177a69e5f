import type { RunCounts } from '@inlet/contracts';
import { useWidget } from '../session/widget-context.js';
import css from './run-effect.module.css';

const PARTS = ['created', 'updated', 'unchanged', 'rekeyed', 'removed', 'invalid'] as const;

/** The records of a run by what happens to them: a bar and a legend with numbers. */
export function RunEffect({ counts }: { counts: RunCounts }) {
  const { t } = useWidget();
  const parts = PARTS.filter((part) => counts[part] > 0);
  if (parts.length === 0) return <p className={css.legend}>{t('counts.none')}</p>;
  return (
    <div className={css.effect}>
      <div className={css.bar} aria-hidden="true">
        {parts.map((part) => (
          <span key={part} className={css.part} data-part={part} style={{ flexGrow: counts[part] }} />
        ))}
      </div>
      <ul className={css.legend}>
        {parts.map((part) => (
          <li key={part} className={css.entry}>
            <span className={css.dot} data-part={part} aria-hidden="true" />
            {t(`counts.${part}`, { n: counts[part] })}
          </li>
        ))}
      </ul>
    </div>
  );
}
