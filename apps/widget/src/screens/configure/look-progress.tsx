import { Button } from '@mantine/core';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Looking } from '../../session/use-look.js';
import { useSecondsSince } from '../../session/use-seconds-since.js';
import { useWidget } from '../../session/widget-context.js';
import css from './look-progress.module.css';

export interface LookProgressProps {
  readonly looking: Looking;
  readonly onCancel: () => void;
  /** What stands here while nothing goes on, and in the first second. */
  readonly children?: ReactNode;
}

/** As often is it said aloud how far it has come. */
const SECONDS_BETWEEN_WORDS = 10;

/** Nothing in the first second; then a bar, what has come so far, and a way out. Always of the same height. */
export function LookProgress({ looking, onCancel, children }: LookProgressProps) {
  const { t } = useWidget();
  const seconds = useSecondsSince(looking.state === 'looking' ? looking.startedAt : null);
  const text = useProgressText(looking, seconds);
  const spoken = useSpoken(text, seconds);
  const isShown = seconds > 0;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isShown) box.current?.scrollIntoView({ block: 'nearest' });
  }, [isShown]);
  return (
    <div ref={box} className={css.slot}>
      {isShown ? (
        <div className={css.progress}>
          <div
            className={css.bar}
            role="progressbar"
            aria-label={t('configure.reading')}
            aria-valuetext={spoken}
          />
          <span>{text}</span>
          <Button size="compact-sm" variant="default" onClick={onCancel}>
            {t('common.cancel')}
          </Button>
        </div>
      ) : (
        children
      )}
      <span className={css.hidden} role="status">
        {spoken}
      </span>
    </div>
  );
}

/** Without news, as where something on the way holds them back, how long it has taken. */
function useProgressText(looking: Looking, seconds: number): string {
  const { t, formats } = useWidget();
  const progress = looking.state === 'looking' ? looking.progress : null;
  if (progress === null) return t('configure.looking', { time: formats.duration(seconds * 1000) });
  const size = formats.bytes(progress.bytes);
  if (progress.records === 0) return t('configure.sizeSoFar', { size });
  return t('configure.soFar', { size, n: progress.records });
}

/** The text now and then, so that who listens is not talked to without end. */
function useSpoken(text: string, seconds: number): string {
  const { t } = useWidget();
  const [last, setLast] = useState({ at: 0, text: '' });
  if (seconds === 0 && last.at > 0) setLast({ at: 0, text: '' });
  if (seconds > 0 && last.at === 0) setLast({ at: seconds, text: t('configure.reading') });
  if (last.at > 0 && seconds - last.at >= SECONDS_BETWEEN_WORDS) setLast({ at: seconds, text });
  return last.text;
}
