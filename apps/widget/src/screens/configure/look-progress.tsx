import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Bone } from '../../components/bone.js';
import { useWidget } from '../../session/widget-context.js';
import css from './configure.module.css';

export interface LookProgressProps {
  readonly onCancel: () => void;
  /** What was found before is still shown. */
  readonly isAgain?: boolean;
}

/** Nothing in the first second; then a bar, the time, and a way out. */
export function LookProgress({ onCancel, isAgain = false }: LookProgressProps) {
  const { t, formats } = useWidget();
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const ticking = setInterval(() => setSeconds((before) => before + 1), 1000);
    return () => clearInterval(ticking);
  }, []);
  return (
    <div className={css.progress} role="status" aria-busy="true">
      {seconds > 0 && (
        <>
          <div className={css.bar} />
          <div className={css.progressLine}>
            <span>{t('configure.looking', { time: formats.duration(seconds * 1000) })}</span>
            <Button size="compact-sm" variant="default" onClick={onCancel}>
              {t('common.cancel')}
            </Button>
          </div>
        </>
      )}
      {!isAgain && (
        <div className={css.bones}>
          <Bone width={320} />
          <Bone height={120} />
        </div>
      )}
    </div>
  );
}
