import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconLoader,
  IconPlayerPause,
} from '@tabler/icons-react';
import css from './pill.module.css';

const ICONS = {
  good: IconCircleCheck,
  warn: IconAlertTriangle,
  bad: IconCircleX,
  busy: IconLoader,
  off: IconPlayerPause,
  none: IconCircleDashed,
};
export type PillTone = keyof typeof ICONS;

/** A state in one or two words, with its icon. */
export function Pill({ tone, children }: { tone: PillTone; children: string }) {
  const Icon = ICONS[tone];
  return (
    <span className={css.pill} data-tone={tone}>
      <Icon size={14} aria-hidden="true" />
      {children}
    </span>
  );
}
