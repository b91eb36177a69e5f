import type { Schedule } from '@inlet/contracts';
import { useEffect, useState } from 'react';
import { useWidget } from './widget-context.js';

export interface ScheduleWords {
  /** A sentence that describes the schedule. */
  readonly text: string;
  /** The first due time; null if it never runs. */
  readonly firstAt: string | null;
}

/**
 * Asks the server for a schedule in the person's language: the words for cron expressions are too large to load here.
 * null until the answer arrives, or if the request fails.
 */
export function useScheduleWords(schedule: Schedule | null): ScheduleWords | null {
  const { api, language } = useWidget();
  const [words, setWords] = useState<ScheduleWords | null>(null);
  const wanted = JSON.stringify(schedule);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the schedule is compared by content, not by identity.
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
