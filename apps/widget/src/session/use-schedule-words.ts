import type { Schedule } from '@inlet/contracts';
import { useEffect, useState } from 'react';
import { useWidget } from './widget-context.js';

export interface ScheduleWords {
  /** The schedule as a sentence. */
  readonly text: string;
  /** Its first time; null where there is none. */
  readonly firstAt: string | null;
}

/**
 * A schedule in the person's language, by the server: the words for cron expressions are too many to load them here.
 * Null until they have come, and where they do not.
 */
export function useScheduleWords(schedule: Schedule | null): ScheduleWords | null {
  const { api, language } = useWidget();
  const [words, setWords] = useState<ScheduleWords | null>(null);
  const wanted = JSON.stringify(schedule);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the schedule counts by its content, not by its object.
  useEffect(() => {
    if (!schedule) return;
    const controller = new AbortController();
    api.previewSchedule({ schedule, count: 1, locale: language.tag }, controller.signal).then(
      ({ text, next }) => setWords({ text, firstAt: next[0]?.at ?? null }),
      () => undefined,
    );
    return () => controller.abort();
  }, [wanted, api, language.tag]);
  return words;
}
