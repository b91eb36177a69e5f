import type { ScheduleTexts } from './schedule-texts.js';

export const es: ScheduleTexts = {
  tag: 'es',
  minutes: { single: 'Cada minuto', other: 'Cada {n} minutos' },
  hours: { single: 'Cada hora', other: 'Cada {n} horas' },
  hoursAtMinute: {
    single: 'Cada hora en el minuto {minute}',
    other: 'Cada {n} horas en el minuto {minute}',
  },
  days: { single: 'Todos los días a las {time}', other: 'Cada {n} días a las {time}' },
  weekdays: 'De lunes a viernes a las {time}',
  daysWithoutWeekends: {
    single: 'De lunes a viernes a las {time}',
    other: 'Cada {n} días a las {time}, excepto sábados y domingos',
  },
  weeks: {
    single: 'Cada {weekdays} a las {time}',
    other: 'Cada {n} semanas, {weekdays}, a las {time}',
  },
  months: { single: 'Cada mes {day} a las {time}', other: 'Cada {n} meses {day} a las {time}' },
  years: { single: 'Cada año {day} a las {time}', other: 'Cada {n} años {day} a las {time}' },
  dayOfMonth: {
    day: 'el día {day}',
    lastDay: 'el último día',
    lastWorkingDay: 'el último día laborable',
    weekday: {
      first: 'el primer {weekday}',
      second: 'el segundo {weekday}',
      third: 'el tercer {weekday}',
      fourth: 'el cuarto {weekday}',
      last: 'el último {weekday}',
    },
  },
  dayOfYear: { date: 'el {date}', inMonth: '{day} de {month}' },
  cron: 'Cron {expression}',
  inCity: '{text}, hora de {city}',
  inZone: '{text}, {zone}',
  from: '{text}, desde el {date}',
  until: '{text}, hasta el {date}',
};
