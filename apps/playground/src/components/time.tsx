import { useEffect, useState } from 'react';
import { formatDateTime, formatRelativeTime } from '../formats.js';

export interface TimeProps {
  readonly iso: string;
  /** The current time in milliseconds. */
  readonly now: number;
}

/** A relative time with the exact time as its tooltip. */
export function Time({ iso, now }: TimeProps) {
  return (
    <time dateTime={iso} title={formatDateTime(iso)}>
      {formatRelativeTime(now, iso)}
    </time>
  );
}

/** Returns the current time in milliseconds, updated every second. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
