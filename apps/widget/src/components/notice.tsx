import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconHandStop,
  IconInfoCircle,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import css from './notice.module.css';

const ICONS = {
  good: IconCircleCheck,
  warn: IconAlertTriangle,
  held: IconHandStop,
  bad: IconCircleX,
  info: IconInfoCircle,
};
type Tone = keyof typeof ICONS;

export interface NoticeProps {
  readonly tone: Tone;
  readonly title?: ReactNode;
  readonly children?: ReactNode;
  /** Screen readers announce it at once. */
  readonly isAlert?: boolean;
}

/** A message with an icon and perhaps actions. */
export function Notice({ tone, title, children, isAlert = false }: NoticeProps) {
  const Icon = ICONS[tone];
  return (
    <div className={css.notice} data-tone={tone} role={isAlert ? 'alert' : undefined}>
      <Icon size={18} className={css.icon} aria-hidden="true" />
      <div className={css.body}>
        {title && <p className={css.title}>{title}</p>}
        {children}
      </div>
    </div>
  );
}
