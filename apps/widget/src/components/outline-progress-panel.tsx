import { Button, VisuallyHidden } from '@mantine/core';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { type OutlineStatus, useReadingSeconds } from '../session/use-outline.js';
import { useWidget } from '../session/widget-context.js';
import css from './outline-progress-panel.module.css';
import { ProgressBar } from './progress-bar.js';

export interface OutlineProgressPanelProps {
  readonly status: OutlineStatus;
  readonly onCancel: () => void;
  /** Shown while nothing is read, and in the first second of reading. */
  readonly children?: ReactNode;
}

/** Screen readers hear the progress this often. */
const ANNOUNCE_EVERY_SECONDS = 10;

/**
 * The progress of reading a source: nothing in the first second, then a bar, the amount read so far and a cancel
 * button. Its height never changes.
 */
export function OutlineProgressPanel({ status, onCancel, children }: OutlineProgressPanelProps) {
  const { t } = useWidget();
  const seconds = useReadingSeconds(status);
  const text = useProgressText(status, seconds);
  const announcement = useAnnouncement(text, seconds);
  const isShown = seconds > 0;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isShown) box.current?.scrollIntoView({ block: 'nearest' });
  }, [isShown]);
  return (
    <div ref={box} className={css.slot}>
      {isShown ? (
        <div className={css.progress}>
          <div className={css.bar}>
            <ProgressBar share={null} label={t('configure.reading')} valueText={announcement} />
          </div>
          <span>{text}</span>
          <Button size="compact-sm" variant="default" onClick={onCancel}>
            {t('common.cancel')}
          </Button>
        </div>
      ) : (
        children
      )}
      <VisuallyHidden component="span" role="status">
        {announcement}
      </VisuallyHidden>
    </div>
  );
}

/** Tells the amount read so far; the time taken if the server reports no progress or a proxy holds it back. */
function useProgressText(status: OutlineStatus, seconds: number): string {
  const { t, formats } = useWidget();
  const progress = status.state === 'reading' ? status.progress : null;
  if (progress === null) return t('configure.readingFor', { time: formats.duration(seconds * 1000) });
  const size = formats.bytes(progress.bytes);
  if (progress.records === 0) return t('configure.sizeSoFar', { size });
  return t('configure.soFar', { size, n: progress.records });
}

/** Returns the text for screen readers, which changes only every few seconds. */
function useAnnouncement(text: string, seconds: number): string {
  const { t } = useWidget();
  const [last, setLast] = useState({ at: 0, text: '' });
  if (seconds === 0 && last.at > 0) setLast({ at: 0, text: '' });
  if (seconds > 0 && last.at === 0) setLast({ at: seconds, text: t('configure.reading') });
  if (last.at > 0 && seconds - last.at >= ANNOUNCE_EVERY_SECONDS) setLast({ at: seconds, text });
  return last.text;
}
