import type { SchedulePreview } from '@inlet/contracts';
import { checkSchedule } from '@inlet/schedule';
import { useEffect, useState } from 'react';
import { ApiProblem, isAbort } from '../../api/api-problem.js';
import { useWidget } from '../../session/widget-context.js';
import { type ScheduleForm, toSchedule } from '../../wizard/schedule-form.js';

const QUIET_MS = 200;
const SHOWN = 5;

export interface SchedulePreviewState {
  /** The last one that came; null where there was none yet. */
  readonly preview: SchedulePreview | null;
  readonly isStale: boolean;
  /** Why the schedule cannot be kept; null while it can, or is not complete. */
  readonly problem: ApiProblem | null;
}

/** The schedule in words and its next times, by the server's clock; whether it can be kept is known at once. */
export function useSchedulePreview(form: ScheduleForm, minIntervalMinutes: number): SchedulePreviewState {
  const { api, language } = useWidget();
  const [preview, setPreview] = useState<SchedulePreview | null>(null);
  const [isStale, setIsStale] = useState(true);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const wanted = JSON.stringify(toSchedule(form));

  // biome-ignore lint/correctness/useExhaustiveDependencies: the schedule counts by its content, not by its object.
  useEffect(() => {
    const schedule = toSchedule(form);
    const fault = schedule && faultOf(() => checkSchedule(schedule, { now: new Date(), minIntervalMinutes }));
    setProblem(fault);
    if (!schedule || fault) {
      setIsStale(true);
      return;
    }
    setIsStale(true);
    const controller = new AbortController();
    const waiting = setTimeout(() => {
      api.previewSchedule({ schedule, count: SHOWN, locale: language.tag }, controller.signal).then(
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
    }, QUIET_MS);
    return () => {
      clearTimeout(waiting);
      controller.abort();
    };
  }, [wanted, minIntervalMinutes, api, language.tag]);

  return { preview, isStale, problem };
}

/** The check throws one class of errors, with a code of the table. */
function faultOf(check: () => void): ApiProblem | null {
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
