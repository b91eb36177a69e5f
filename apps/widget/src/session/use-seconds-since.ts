import { useEffect, useState } from 'react';

/** Whole seconds since a moment, in milliseconds since 1970, as they pass; 0 while there is none. */
export function useSecondsSince(startedAt: number | null): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    setSeconds(0);
    if (startedAt === null) return;
    const ticking = setInterval(() => setSeconds((before) => before + 1), 1000);
    return () => clearInterval(ticking);
  }, [startedAt]);
  return startedAt === null ? 0 : seconds;
}
