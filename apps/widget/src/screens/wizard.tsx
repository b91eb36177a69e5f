import { type Dispatch, lazy, Suspense, useEffect, useRef } from 'react';
import { StepSkeleton } from '../components/step-skeleton.js';
import type { WizardEvent, WizardState } from '../wizard/state.js';
import { Configure } from './configure/configure.js';

const loadMap = () => import('./map/map-columns.js');
const loadSchedule = () => import('./schedule/schedule.js');
const loadConfirm = () => import('./confirm/confirm.js');
const MapColumns = lazy(async () => ({ default: (await loadMap()).MapColumns }));
const Schedule = lazy(async () => ({ default: (await loadSchedule()).Schedule }));
const Confirm = lazy(async () => ({ default: (await loadConfirm()).Confirm }));
const Done = lazy(async () => ({ default: (await import('./confirm/done.js')).Done }));

/** What the steps are given. */
export interface StepProps {
  readonly state: WizardState;
  readonly dispatch: Dispatch<WizardEvent>;
}

export interface WizardProps extends StepProps {
  readonly onImports: (jobId?: string | null) => void;
  readonly onNew: () => void;
  readonly onClose: () => void;
}

/** The step that the person is at; the next one is loaded while this one is filled in. */
export function Wizard({ state, dispatch, onImports, onNew, onClose }: WizardProps) {
  const { step } = state;
  const frame = useRef<HTMLDivElement>(null);
  const shownStep = useRef(step);

  useEffect(() => {
    if (step === 'configure') void loadMap();
    else if (step === 'map') void loadSchedule();
    else if (step === 'schedule') void loadConfirm();
    if (shownStep.current === step) return;
    shownStep.current = step;
    // Screen readers read the new question; the next Tab goes to its first field.
    // Whoever is faster has gone where they want to be.
    const focus = () => {
      if (frame.current?.contains(document.activeElement)) return;
      frame.current?.querySelector<HTMLElement>('[data-step-title]')?.focus();
    };
    const waiting = setTimeout(focus, 50);
    return () => clearTimeout(waiting);
  }, [step]);

  const props = { state, dispatch };
  return (
    <div ref={frame} style={{ display: 'contents' }}>
      <Suspense fallback={<StepSkeleton />}>
        {step === 'configure' && <Configure {...props} />}
        {step === 'map' && <MapColumns {...props} />}
        {step === 'schedule' && <Schedule {...props} />}
        {step === 'confirm' && <Confirm {...props} />}
        {step === 'done' && <Done state={state} onImports={onImports} onNew={onNew} onClose={onClose} />}
      </Suspense>
    </div>
  );
}
