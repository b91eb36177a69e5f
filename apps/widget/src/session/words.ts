import type { WidgetOptions } from '@inlet/contracts';
import { createContext, useContext } from 'react';
import { chooseLanguage, type Language, loadTexts } from '../locales/load-texts.js';
import { createFormats, type Formats } from '../texts/create-formats.js';
import { createText, type Translate } from '../texts/create-text.js';

/** The texts and formats of the person's language. */
export interface Words {
  readonly t: Translate;
  readonly formats: Formats;
  readonly language: Language;
}

type WordsOptions = Pick<WidgetOptions, 'locale' | 'texts'>;

export const languageOf = ({ locale }: WordsOptions): Language =>
  chooseLanguage([...(locale ? [locale] : []), ...navigator.languages]);

export async function loadWords(options: WordsOptions): Promise<Words> {
  const language = languageOf(options);
  // English is part of the first load.
  const texts = await loadTexts(language.language).catch(() => loadTexts('en'));
  return {
    t: createText({ locale: language.tag, texts, overrides: options.texts ?? {} }),
    formats: createFormats({ locale: language.tag, now: Date.now }),
    language,
  };
}

const WordsContext = createContext<Words | null>(null);
export const WordsProvider = WordsContext.Provider;

/** Unlike `useWidget`, also works before the session has started. */
export function useWords(): Words {
  const words = useContext(WordsContext);
  if (!words) throw new Error('useWords outside of WordsProvider');
  return words;
}
