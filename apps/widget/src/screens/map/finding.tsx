import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import css from './row-options.module.css';

const ICONS = { good: IconCircleCheck, warn: IconAlertTriangle, info: IconInfoCircle };

export interface FindingProps {
  readonly tone: keyof typeof ICONS;
  /** It belongs to earlier settings. */
  readonly isStale: boolean;
  readonly children: ReactNode;
}

/** The effect of a setting on the first records of the source. */
export function Finding({ tone, isStale, children }: FindingProps) {
  const Icon = ICONS[tone];
  return (
    <div className={css.finding} data-tone={tone} data-stale={isStale} role="status">
      <Icon size={16} className={css.findingIcon} aria-hidden="true" />
      <p>{children}</p>
    </div>
  );
}
