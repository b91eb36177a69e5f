import type { Weekday } from '@inlet/contracts';
import { keepMade } from '../keep-made.js';

/**
 * Texts for a count: `single` for exactly one, the others by the plural rules of the language (CLDR), `other` for a
 * rule without a text.
 */
export type Counted = { readonly single: string; readonly other: string } & {
  readonly [rule in Exclude<Intl.LDMLPluralRule, 'other'>]?: string;
};

type Nth = Readonly<Record<'first' | 'second' | 'third' | 'fourth' | 'last', string>>;

/**
 * The texts of schedules in one language, as plain data: another language is one more file. Names of weekdays and
 * months, dates and lists come from Intl. Placeholders: `{n}` is the count, `{time}` one or several `HH:mm`, `{day}` a
 * text of `dayOfMonth` or `dayOfYear`; others are `{minute}`, `{weekdays}`, `{month}`, `{date}`, `{city}`.
 */
export interface ScheduleTexts {
  /** BCP 47 tag for Intl. */
  readonly tag: string;
  readonly minutes: Counted;
  readonly hours: Counted;
  readonly hoursAtMinute: Counted;
  readonly days: Counted;
  /** Monday to Friday. */
  readonly weekdays: string;
  readonly daysWithoutWeekends: Counted;
  readonly weeks: Counted;
  readonly months: Counted;
  readonly years: Counted;
  /** `{day}` is the number, `{weekday}` the name. */
  readonly dayOfMonth: {
    readonly day: string;
    readonly lastDay: string;
    readonly lastWorkingDay: string;
    readonly weekday: Nth;
    /** For languages in which weekdays differ in gender. */
    readonly feminine?: { readonly weekdays: readonly Weekday[]; readonly weekday: Nth };
  };
  readonly dayOfYear: {
    /** `{date}` is a day and month, formatted by Intl. */
    readonly date: string;
    /** `{day}` is a text of `dayOfMonth`. */
    readonly inMonth: string;
  };
  /** For an expression that cannot be put into words; `{expression}`. */
  readonly cron: string;
  /** `{text}` is the whole preceding text. */
  readonly inCity: string;
  readonly inZone: string;
  readonly from: string;
  readonly until: string;
}

/** Replaces `{name}` by values. */
export const fill = (template: string, values: Readonly<Record<string, string | number>>): string =>
  template.replace(/\{(\w+)\}/g, (placeholder, name: string) => String(values[name] ?? placeholder));

const pluralRules = keepMade((tag) => new Intl.PluralRules(tag));

/** Chooses the text for a count, in the language of `tag`. */
export function forCount(texts: Counted, options: { count: number; tag: string }): string {
  const { count, tag } = options;
  return count === 1 ? texts.single : (texts[pluralRules(tag).select(count)] ?? texts.other);
}
