import type { WidgetLocale } from '@inlet/contracts';
import { loadPart } from '../components/load-part.js';
import type { Texts } from './en.js';

const LOADERS: Readonly<Record<WidgetLocale, () => Promise<Texts>>> = {
  en: async () => (await import('./en.js')).en,
  de: async () => (await import('./de.js')).de,
  fr: async () => (await import('./fr.js')).fr,
  es: async () => (await import('./es.js')).es,
  pt: async () => (await import('./pt.js')).pt,
  ja: async () => (await import('./ja.js')).ja,
  ar: async () => (await import('./ar.js')).ar,
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

export const loadTexts = (language: WidgetLocale): Promise<Texts> => loadPart(LOADERS[language]);
