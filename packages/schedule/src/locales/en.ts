import type { ScheduleTexts } from './schedule-texts.js';

export const en: ScheduleTexts = {
  tag: 'en-GB',
  minutes: { single: 'Every minute', other: 'Every {n} minutes' },
  hours: { single: 'Every hour', other: 'Every {n} hours' },
  hoursAtMinute: { single: 'Every hour at minute {minute}', other: 'Every {n} hours at minute {minute}' },
  days: { single: 'Every day at {time}', other: 'Every {n} days at {time}' },
  weekdays: 'Every weekday at {time}',
  daysWithoutWeekends: {
    single: 'Every weekday at {time}',
    other: 'Every {n} days at {time}, but not on Saturday or Sunday',
  },
  weeks: { single: 'Every {weekdays} at {time}', other: 'Every {n} weeks on {weekdays} at {time}' },
  months: { single: 'Every month on {day} at {time}', other: 'Every {n} months on {day} at {time}' },
  years: { single: 'Every year on {day} at {time}', other: 'Every {n} years on {day} at {time}' },
  dayOfMonth: {
    day: 'day {day}',
    lastDay: 'the last day',
    lastWorkingDay: 'the last working day',
    weekday: {
      first: 'the first {weekday}',
      second: 'the second {weekday}',
      third: 'the third {weekday}',
      fourth: 'the fourth {weekday}',
      last: 'the last {weekday}',
    },
  },
  dayOfYear: { date: '{date}', inMonth: '{day} of {month}' },
  cron: 'Cron {expression}',
  inCity: '{text}, {city} time',
  inZone: '{text}, {zone}',
  from: '{text}, from {date}',
  until: '{text}, until {date}',
};
