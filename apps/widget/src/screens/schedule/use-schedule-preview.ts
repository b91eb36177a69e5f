import type { SchedulePreview } from '@inlet/contracts';
import { checkSchedule } from '@inlet/schedule';
import { useEffect, useState } from 'react';
import { ApiProblem, isAbort } from '../../api/api-problem.js';
import { useWidget } from '../../session/widget-context.js';
import { type ScheduleForm, toSchedule } from '../../wizard/schedule-form.js';

const DEBOUNCE_MS = 200;
const SHOWN_TIMES = 5;

export interface SchedulePreviewState {
  /** The latest preview; null before the first one. */
  readonly preview: SchedulePreview | null;
  readonly isStale: boolean;
  /** Why the schedule is not valid; null if it is valid or incomplete. */
  readonly problem: ApiProblem | null;
}

/** Requests the schedule's sentence and next times from the server. Checks at once, in the browser, whether it is valid. */
export function useSchedulePreview(form: ScheduleForm, minIntervalMinutes: number): SchedulePreviewState {
  const { api, language } = useWidget();
  const [preview, setPreview] = useState<SchedulePreview | null>(null);
  const [isStale, setIsStale] = useState(true);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const wanted = JSON.stringify(toSchedule(form));

  // biome-ignore lint/correctness/useExhaustiveDependencies: the schedule is compared by content, not by identity.
  useEffect(() => {
    const schedule = toSchedule(form);
    const invalid =
      schedule && problemOfCheck(() => checkSchedule(schedule, { now: new Date(), minIntervalMinutes }));
    setProblem(invalid);
    if (!schedule || invalid) {
      setIsStale(true);
      return;
    }
    setIsStale(true);
    const controller = new AbortController();
    const timer = setTimeout(() => {
      api.previewSchedule({ schedule, count: SHOWN_TIMES, locale: language.tag }, controller.signal).then(
        (answer) => {
          setPreview(answer);
          setIsStale(false);
        },
        (failure: unknown) => {
          if (!isAbort(failure))
            setProblem(
              failure instanceof ApiProblem ? failure : new ApiProblem('internal', { cause: failure }),
            );
        },
      );
    }, DEBOUNCE_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [wanted, minIntervalMinutes, api, language.tag]);

  return { preview, isStale, problem };
}

/** Converts the error that the check throws; its code is one of the error table. */
function problemOfCheck(check: () => void): ApiProblem | null {
  try {
    check();
    return null;
  } catch (error) {
    const { code, detail } = error as { code?: ApiProblem['code']; detail?: string };
    return new ApiProblem(code ?? 'internal', {
      problem: detail === undefined ? {} : { detail },
      cause: error,
    });
  }
}
