import { createContext, type RefObject, useContext, useEffect, useRef } from 'react';

/** Whether a step that appears takes the focus. */
export const TitleFocus = createContext(false);

/**
 * Focuses the title of a step when it appears: screen readers read it, and the next Tab goes to the first field. Runs
 * when the step is really shown, however long its code takes to load.
 */
export function useTitleFocus(): RefObject<HTMLHeadingElement | null> {
  const title = useRef<HTMLHeadingElement>(null);
  const takesFocus = useContext(TitleFocus);
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs once, when the step appears.
  useEffect(() => {
    if (takesFocus) title.current?.focus();
  }, []);
  return title;
}
