import type { ScheduleTexts } from './schedule-texts.js';

export const fr: ScheduleTexts = {
  tag: 'fr',
  minutes: { single: 'Toutes les minutes', other: 'Toutes les {n} minutes' },
  hours: { single: 'Toutes les heures', other: 'Toutes les {n} heures' },
  hoursAtMinute: {
    single: 'Toutes les heures à la minute {minute}',
    other: 'Toutes les {n} heures à la minute {minute}',
  },
  days: { single: 'Tous les jours à {time}', other: 'Tous les {n} jours à {time}' },
  weekdays: 'Du lundi au vendredi à {time}',
  daysWithoutWeekends: {
    single: 'Du lundi au vendredi à {time}',
    other: 'Tous les {n} jours à {time}, sauf le samedi et le dimanche',
  },
  weeks: {
    single: 'Chaque {weekdays} à {time}',
    other: 'Toutes les {n} semaines : {weekdays} à {time}',
  },
  months: { single: 'Chaque mois {day} à {time}', other: 'Tous les {n} mois {day} à {time}' },
  years: { single: 'Chaque année {day} à {time}', other: 'Tous les {n} ans {day} à {time}' },
  dayOfMonth: {
    day: 'le {day}',
    lastDay: 'le dernier jour',
    lastWorkingDay: 'le dernier jour ouvré',
    weekday: {
      first: 'le premier {weekday}',
      second: 'le deuxième {weekday}',
      third: 'le troisième {weekday}',
      fourth: 'le quatrième {weekday}',
      last: 'le dernier {weekday}',
    },
  },
  dayOfYear: { date: 'le {date}', inMonth: '{day} en {month}' },
  cron: 'Cron {expression}',
  inCity: '{text}, heure de {city}',
  inZone: '{text}, {zone}',
  from: '{text}, à partir du {date}',
  until: '{text}, jusqu’au {date}',
};
