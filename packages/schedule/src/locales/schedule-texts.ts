import type { Weekday } from '@inlet/contracts';

/**
 * A text for a count: `single` for exactly one, the others by the plural rules of the language (CLDR), `other`
 * where a rule has no text of its own.
 */
export type Counted = { readonly single: string; readonly other: string } & {
  readonly [rule in Exclude<Intl.LDMLPluralRule, 'other'>]?: string;
};

type Nth = Readonly<Record<'first' | 'second' | 'third' | 'fourth' | 'last', string>>;

/**
 * How a language speaks of schedules: plain data, so that one more language is one more file. Names of weekdays
 * and months, dates and lists come from Intl. Placeholders: `{n}` the count, `{time}` one or several `HH:mm`,
 * `{minute}`, `{weekdays}`, `{day}` a text of `dayOfMonth` or `dayOfYear`, `{month}`, `{date}`, `{city}`.
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
    /** Where the language gives some weekdays another gender. */
    readonly feminine?: { readonly weekdays: readonly Weekday[]; readonly weekday: Nth };
  };
  readonly dayOfYear: {
    /** `{date}` is a day and month as Intl writes them. */
    readonly date: string;
    /** `{day}` is a text of `dayOfMonth`. */
    readonly inMonth: string;
  };
  /** Stands in for an expression that cannot be put into words; `{expression}`. */
  readonly cron: string;
  /** `{text}` is all before. */
  readonly inCity: string;
  readonly inZone: string;
  readonly from: string;
  readonly until: string;
}
