import type { InletCallbacks, InletEventName } from '@inlet/react';
import { useMemo, useRef, useState } from 'react';

export interface WidgetEvent {
  readonly number: number;
  readonly name: InletEventName;
  readonly at: string;
  readonly data: unknown;
}

const KEPT = 100;

/** Records the events of the widget, newest first, and passes three of them on. */
export function useWidgetEvents(on: Pick<InletCallbacks, 'onJobCreated' | 'onJobUpdated' | 'onClose'>): {
  events: readonly WidgetEvent[];
  callbacks: InletCallbacks;
} {
  const [events, setEvents] = useState<readonly WidgetEvent[]>([]);
  const latest = useRef(on);
  latest.current = on;
  const callbacks = useMemo((): InletCallbacks => {
    const note = (name: InletEventName) => (data: unknown) =>
      setEvents((before) => {
        const number = (before[0]?.number ?? 0) + 1;
        return [{ number, name, at: new Date().toISOString(), data }, ...before].slice(0, KEPT);
      });
    return {
      onReady: note('ready'),
      onOpen: note('open'),
      onClose: (data) => {
        note('close')(data);
        latest.current.onClose?.(data);
      },
      onUploadStarted: note('uploadStarted'),
      onUploadCompleted: note('uploadCompleted'),
      onRowsSubmitted: note('rowsSubmitted'),
      onImportCompleted: note('importCompleted'),
      onError: note('error'),
      onJobCreated: (data) => {
        note('jobCreated')(data);
        latest.current.onJobCreated?.(data);
      },
      onJobUpdated: (data) => {
        note('jobUpdated')(data);
        latest.current.onJobUpdated?.(data);
      },
    };
  }, []);
  return { events, callbacks };
}
