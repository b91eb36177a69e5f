import cronstrue from 'cronstrue';
import { hourCycleOf } from './clock.js';
import { normalizeCron } from './parse-cron.js';

/** The lowest and highest value of each field. */
const RANGES = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
] as const;

const DAY_OF_MONTH = 2;

/**
 * Describes a cron expression in words, with times on the clock of the locale. Other languages than English need an import of
 * `@inlet/schedule/cron-locales`.
 * @returns null if it cannot be put into words
 * @throws InletError schedule_cron_invalid
 */
export function describeCron(expression: string, options: { locale: string }): string | null {
  const fields = normalizeCron(expression).split(' ').map(writeOutStep);
  try {
    return cronstrue.toString(fields.join(' '), {
      locale: cronstrueLocale(options.locale),
      use24HourTimeFormat: hourCycleOf(options.locale) === 'h23',
    });
  } catch {
    return null;
  }
}

/**
 * A step that does not divide its field restarts in each hour, day, month or year, so "every 7 minutes" would be
 * wrong for it. Replaces it by its values.
 */
function writeOutStep(field: string, index: number): string {
  const [low, high] = RANGES[index]!;
  const step = Number(/^[*?]\/(\d+)$/.exec(field)?.[1] ?? 1);
  const isEven = (high - low + 1) % step === 0 && index !== DAY_OF_MONTH;
  if (step === 1 || isEven) return field;
  return Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, at) => low + at * step).join();
}

function cronstrueLocale(locale: string): string {
  const language = locale.toLowerCase().split(/[-_]/)[0];
  const name = language === 'pt' ? 'pt_BR' : language;
  // Node exports a CommonJS module as the default; some bundlers export its inner default.
  const { default: descriptor = cronstrue } = cronstrue;
  return name !== undefined && 'locales' in descriptor && name in descriptor.locales ? name : 'en';
}
