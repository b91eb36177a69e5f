import { useEffect, useState } from 'react';

/** The time in milliseconds, again every second, for texts such as "5 seconds ago". */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
