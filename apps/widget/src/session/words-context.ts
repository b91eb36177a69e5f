import { createContext, useContext } from 'react';
import type { Words } from './start.js';

const WordsContext = createContext<Words | null>(null);
export const WordsProvider = WordsContext.Provider;

/** Texts and formats of the person's language; there before the session is. */
export function useWords(): Words {
  const words = useContext(WordsContext);
  if (!words) throw new Error('useWords outside of WordsProvider');
  return words;
}
