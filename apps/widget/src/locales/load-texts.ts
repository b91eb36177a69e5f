import type { WidgetLocale } from '@inlet/contracts';
import { loadPart } from '../components/load-part.js';
import type { Texts } from './en.js';

/** The module of a language exports its texts under the code of the language. */
type TextsModule = { readonly [Language in WidgetLocale]?: Texts };

const LOADERS: Readonly<Record<WidgetLocale, () => Promise<TextsModule>>> = {
  en: () => import('./en.js'),
  de: () => import('./de.js'),
  fr: () => import('./fr.js'),
  es: () => import('./es.js'),
  pt: () => import('./pt.js'),
  ja: () => import('./ja.js'),
  ar: () => import('./ar.js'),
};

const RIGHT_TO_LEFT: ReadonlySet<string> = new Set(['ar']);

export interface Language {
  /** The requested tag with its region, for numbers and dates. */
  readonly tag: string;
  readonly language: WidgetLocale;
  readonly direction: 'ltr' | 'rtl';
}

/** Returns the first requested language that the widget speaks; English if it speaks none of them. */
export function chooseLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const language = tag.toLowerCase().split(/[-_]/)[0] ?? '';
    if (isKnown(language) && Intl.DateTimeFormat.supportedLocalesOf([tag.replaceAll('_', '-')]).length > 0)
      return {
        tag: tag.replaceAll('_', '-'),
        language,
        direction: RIGHT_TO_LEFT.has(language) ? 'rtl' : 'ltr',
      };
  }
  return { tag: 'en', language: 'en', direction: 'ltr' };
}

const isKnown = (language: string): language is WidgetLocale => Object.hasOwn(LOADERS, language);

export async function loadTexts(language: WidgetLocale): Promise<Texts> {
  const { [language]: texts } = await loadPart(LOADERS[language]);
  return texts!;
}
