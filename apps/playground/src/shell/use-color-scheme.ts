import { useEffect, useSyncExternalStore } from 'react';
import { useKept } from './use-kept.js';

export interface ColorScheme {
  readonly current: 'light' | 'dark';
  readonly toggle: () => void;
}

const systemIsDark = window.matchMedia('(prefers-color-scheme: dark)');

/** Follows the system until the person chooses a scheme. */
export function useColorScheme(): ColorScheme {
  const isSystemDark = useSyncExternalStore(
    (changed) => {
      systemIsDark.addEventListener('change', changed);
      return () => systemIsDark.removeEventListener('change', changed);
    },
    () => systemIsDark.matches,
  );
  const [chosen, setChosen] = useKept<string>('color-scheme', '');
  const system = isSystemDark ? 'dark' : 'light';
  const current = chosen === 'light' || chosen === 'dark' ? chosen : system;
  useEffect(() => {
    document.documentElement.dataset.scheme = current;
  }, [current]);
  const other = current === 'dark' ? 'light' : 'dark';
  return { current, toggle: () => setChosen(other === system ? '' : other) };
}
