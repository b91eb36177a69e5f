import type { ScheduleTexts } from './schedule-texts.js';

export const de: ScheduleTexts = {
  tag: 'de',
  minutes: { single: 'Jede Minute', other: 'Alle {n} Minuten' },
  hours: { single: 'Jede Stunde', other: 'Alle {n} Stunden' },
  hoursAtMinute: {
    single: 'Jede Stunde zur Minute {minute}',
    other: 'Alle {n} Stunden zur Minute {minute}',
  },
  days: { single: 'Jeden Tag um {time} Uhr', other: 'Alle {n} Tage um {time} Uhr' },
  weekdays: 'Montag bis Freitag um {time} Uhr',
  daysWithoutWeekends: {
    single: 'Montag bis Freitag um {time} Uhr',
    other: 'Alle {n} Tage um {time} Uhr, außer samstags und sonntags',
  },
  weeks: {
    single: 'Jede Woche am {weekdays} um {time} Uhr',
    other: 'Alle {n} Wochen am {weekdays} um {time} Uhr',
  },
  months: {
    single: 'Jeden Monat {day} um {time} Uhr',
    other: 'Alle {n} Monate {day} um {time} Uhr',
  },
  years: { single: 'Jedes Jahr {day} um {time} Uhr', other: 'Alle {n} Jahre {day} um {time} Uhr' },
  dayOfMonth: {
    day: 'am {day}.',
    lastDay: 'am letzten Tag',
    lastWorkingDay: 'am letzten Arbeitstag',
    weekday: {
      first: 'am ersten {weekday}',
      second: 'am zweiten {weekday}',
      third: 'am dritten {weekday}',
      fourth: 'am vierten {weekday}',
      last: 'am letzten {weekday}',
    },
  },
  dayOfYear: { date: 'am {date}', inMonth: '{day} im {month}' },
  cron: 'Cron {expression}',
  inCity: '{text}, Zeit in {city}',
  inZone: '{text}, {zone}',
  from: '{text}, ab {date}',
  until: '{text}, bis {date}',
};
