import { Suspense, useEffect, useRef } from 'react';
import { lazyPart } from '../components/load-part.js';
import { StepSkeleton } from '../components/skeletons.js';
import { TitleFocus } from '../components/title-focus.js';
import type { WizardHandle } from '../wizard/state.js';
import { Configure } from './configure/configure.js';

const MapColumns = lazyPart(
  () => import('./map/map-columns.js'),
  ({ MapColumns }) => MapColumns,
);
const Schedule = lazyPart(
  () => import('./schedule/schedule.js'),
  ({ Schedule }) => Schedule,
);
const Confirm = lazyPart(
  () => import('./confirm/confirm.js'),
  ({ Confirm }) => Confirm,
);
const Done = lazyPart(
  () => import('./confirm/done.js'),
  ({ Done }) => Done,
);

const NEXT = { configure: MapColumns, map: Schedule, schedule: Confirm, confirm: Done, done: null };

export interface WizardProps extends WizardHandle {
  readonly onImports: (jobId?: string | null) => void;
  readonly onNew: () => void;
  readonly onClose: () => void;
}

/** The current step. Loads the code of the next one in advance. */
export function Wizard({ state, dispatch, onImports, onNew, onClose }: WizardProps) {
  const { step } = state;
  const firstStep = useRef<typeof step | null>(step);
  // The title of the first step is not focused: the host's page, or the first field, has the focus.
  if (step !== firstStep.current) firstStep.current = null;

  useEffect(() => {
    // If it fails, the step itself tries again.
    NEXT[step]?.preload().catch(() => undefined);
  }, [step]);

  const props = { state, dispatch };
  return (
    <TitleFocus.Provider value={firstStep.current === null}>
      <Suspense fallback={<StepSkeleton />}>
        {step === 'configure' && <Configure {...props} onImport={onImports} />}
        {step === 'map' && <MapColumns {...props} />}
        {step === 'schedule' && <Schedule {...props} />}
        {step === 'confirm' && <Confirm {...props} />}
        {step === 'done' && <Done state={state} onImports={onImports} onNew={onNew} onClose={onClose} />}
      </Suspense>
    </TitleFocus.Provider>
  );
}
