import { lazy, Suspense, useEffect, useRef } from 'react';
import { StepSkeleton } from '../components/skeletons.js';
import type { WizardHandle } from '../wizard/state.js';
import { Configure } from './configure/configure.js';

const loadMap = () => import('./map/map-columns.js');
const loadSchedule = () => import('./schedule/schedule.js');
const loadConfirm = () => import('./confirm/confirm.js');
const MapColumns = lazy(async () => ({ default: (await loadMap()).MapColumns }));
const Schedule = lazy(async () => ({ default: (await loadSchedule()).Schedule }));
const Confirm = lazy(async () => ({ default: (await loadConfirm()).Confirm }));
const Done = lazy(async () => ({ default: (await import('./confirm/done.js')).Done }));

export interface WizardProps extends WizardHandle {
  readonly onImports: (jobId?: string | null) => void;
  readonly onNew: () => void;
  readonly onClose: () => void;
}

/** The current step. Loads the code of the next one in advance. */
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
    // Focus the title: screen readers read it, and the next Tab goes to the first field.
    const focusTitle = () => {
      // Do not steal focus if the person has already moved it.

      if (frame.current?.contains(document.activeElement)) return;
      frame.current?.querySelector<HTMLElement>('[data-step-title]')?.focus();
    };
    const timer = setTimeout(focusTitle, 50);
    return () => clearTimeout(timer);
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
