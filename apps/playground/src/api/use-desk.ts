import { useCallback, useEffect, useRef, useState } from 'react';
import { deskBackend } from './desk-backend.js';
import type { DeskConfig, DeskState } from './desk-types.js';

export interface Desk {
  readonly config: DeskConfig | null;
  /** null until the first answer. */
  readonly state: DeskState | null;
  readonly isOffline: boolean;
  /** Asks at once instead of at the next interval. */
  readonly refresh: () => void;
}

const EVERY_MS = 1000;

/** Returns the state of the backend, updated regularly while the page is visible. */
export function useDesk(): Desk {
  const [config, setConfig] = useState<DeskConfig | null>(null);
  const [state, setState] = useState<DeskState | null>(null);
  const [isOffline, setIsOffline] = useState(false);
  const askNow = useRef(() => {});

  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    let isKnown = false;

    const ask = async () => {
      clearTimeout(timer);
      if (!document.hidden) {
        try {
          if (!isKnown) setConfig(await deskBackend.config());
          isKnown = true;
          const next = await deskBackend.state(stop.signal);
          setState((before) => (JSON.stringify(before) === JSON.stringify(next) ? before : next));
          setIsOffline(false);
        } catch {
          if (!stop.signal.aborted) setIsOffline(true);
        }
      }
      clearTimeout(timer);
      if (!stop.signal.aborted) timer = setTimeout(ask, EVERY_MS);
    };
    askNow.current = ask;
    document.addEventListener('visibilitychange', ask);
    void ask();
    return () => {
      stop.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', ask);
    };
  }, []);

  return { config, state, isOffline, refresh: useCallback(() => void askNow.current(), []) };
}
