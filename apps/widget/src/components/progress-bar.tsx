import css from './progress-bar.module.css';

export interface ProgressBarProps {
  /** From 0 to 1; null if the total is unknown. */
  readonly share: number | null;
  /** For screen readers. Without it, the bar is decoration: the text beside it says the same. */
  readonly label?: string;
  readonly valueText?: string;
}

export function ProgressBar({ share, label, valueText }: ProgressBarProps) {
  const percent = share === null ? undefined : Math.round(share * 100);
  const bar = (
    <span className={css.fill} style={percent === undefined ? undefined : { width: `${percent}%` }} />
  );
  if (label === undefined)
    return (
      <div className={css.bar} data-known={percent !== undefined} aria-hidden="true">
        {bar}
      </div>
    );
  return (
    <div
      className={css.bar}
      data-known={percent !== undefined}
      role="progressbar"
      aria-label={label}
      aria-valuenow={percent}
      aria-valuetext={valueText}
    >
      {bar}
    </div>
  );
}
