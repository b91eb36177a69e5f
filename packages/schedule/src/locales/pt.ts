import type { ScheduleTexts } from './schedule-texts.js';

export const pt: ScheduleTexts = {
  tag: 'pt',
  minutes: { single: 'A cada minuto', other: 'A cada {n} minutos' },
  hours: { single: 'A cada hora', other: 'A cada {n} horas' },
  hoursAtMinute: {
    single: 'A cada hora, no minuto {minute}',
    other: 'A cada {n} horas, no minuto {minute}',
  },
  days: { single: 'Todos os dias às {time}', other: 'A cada {n} dias às {time}' },
  weekdays: 'De segunda a sexta-feira às {time}',
  daysWithoutWeekends: {
    single: 'De segunda a sexta-feira às {time}',
    other: 'A cada {n} dias às {time}, exceto aos sábados e domingos',
  },
  weeks: {
    single: 'Toda semana, {weekdays}, às {time}',
    other: 'A cada {n} semanas, {weekdays}, às {time}',
  },
  months: { single: 'Todo mês {day} às {time}', other: 'A cada {n} meses {day} às {time}' },
  years: { single: 'Todo ano {day} às {time}', other: 'A cada {n} anos {day} às {time}' },
  dayOfMonth: {
    day: 'no dia {day}',
    lastDay: 'no último dia',
    lastWorkingDay: 'no último dia útil',
    weekday: {
      first: 'no primeiro {weekday}',
      second: 'no segundo {weekday}',
      third: 'no terceiro {weekday}',
      fourth: 'no quarto {weekday}',
      last: 'no último {weekday}',
    },
    feminine: {
      weekdays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
      weekday: {
        first: 'na primeira {weekday}',
        second: 'na segunda {weekday}',
        third: 'na terceira {weekday}',
        fourth: 'na quarta {weekday}',
        last: 'na última {weekday}',
      },
    },
  },
  dayOfYear: { date: 'em {date}', inMonth: '{day} de {month}' },
  cron: 'Cron {expression}',
  inCity: '{text}, horário de {city}',
  inZone: '{text}, {zone}',
  from: '{text}, a partir de {date}',
  until: '{text}, até {date}',
};
