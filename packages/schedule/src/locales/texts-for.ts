import { keepMade } from '../keep-made.js';
import { ar } from './ar.js';
import { de } from './de.js';
import { en } from './en.js';
import { es } from './es.js';
import { fr } from './fr.js';
import { ja } from './ja.js';
import { pt } from './pt.js';
import type { ScheduleTexts } from './schedule-texts.js';

const TEXTS: ReadonlyMap<string, ScheduleTexts> = new Map(Object.entries({ ar, de, en, es, fr, ja, pt }));

/** The languages in which schedules can be described, as BCP 47 language subtags. */
export const SCHEDULE_LOCALES: readonly string[] = [...TEXTS.keys()];

/**
 * The texts for the language of a BCP 47 tag: `pt` for `pt-BR`. English for an unknown language. If the tag has a region,
 * dates and times are formatted for it.
 */
export function textsFor(locale: string): ScheduleTexts {
  const tag = locale.replaceAll('_', '-');
  const texts = TEXTS.get(tag.toLowerCase().split('-')[0] ?? '');
  if (texts === undefined) return en;
  return hasRegion(tag) ? { ...texts, tag } : texts;
}

const hasRegion = keepMade((tag) => {
  try {
    return new Intl.Locale(tag).region !== undefined;
  } catch {
    return false;
  }
});
