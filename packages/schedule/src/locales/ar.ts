import type { ScheduleTexts } from './schedule-texts.js';

export const ar: ScheduleTexts = {
  tag: 'ar',
  minutes: {
    single: 'كل دقيقة',
    two: 'كل دقيقتين',
    few: 'كل {n} دقائق',
    other: 'كل {n} دقيقة',
  },
  hours: { single: 'كل ساعة', two: 'كل ساعتين', few: 'كل {n} ساعات', other: 'كل {n} ساعة' },
  hoursAtMinute: {
    single: 'كل ساعة عند الدقيقة {minute}',
    two: 'كل ساعتين عند الدقيقة {minute}',
    few: 'كل {n} ساعات عند الدقيقة {minute}',
    other: 'كل {n} ساعة عند الدقيقة {minute}',
  },
  days: {
    single: 'كل يوم الساعة {time}',
    two: 'كل يومين الساعة {time}',
    few: 'كل {n} أيام الساعة {time}',
    other: 'كل {n} يومًا الساعة {time}',
  },
  weekdays: 'من الاثنين إلى الجمعة الساعة {time}',
  daysWithoutWeekends: {
    single: 'من الاثنين إلى الجمعة الساعة {time}',
    two: 'كل يومين الساعة {time}، ما عدا السبت والأحد',
    few: 'كل {n} أيام الساعة {time}، ما عدا السبت والأحد',
    other: 'كل {n} يومًا الساعة {time}، ما عدا السبت والأحد',
  },
  weeks: {
    single: 'كل أسبوع: {weekdays} الساعة {time}',
    two: 'كل أسبوعين: {weekdays} الساعة {time}',
    few: 'كل {n} أسابيع: {weekdays} الساعة {time}',
    other: 'كل {n} أسبوعًا: {weekdays} الساعة {time}',
  },
  months: {
    single: 'كل شهر: {day} الساعة {time}',
    two: 'كل شهرين: {day} الساعة {time}',
    few: 'كل {n} أشهر: {day} الساعة {time}',
    other: 'كل {n} شهرًا: {day} الساعة {time}',
  },
  years: {
    single: 'كل سنة: {day} الساعة {time}',
    two: 'كل سنتين: {day} الساعة {time}',
    few: 'كل {n} سنوات: {day} الساعة {time}',
    other: 'كل {n} سنة: {day} الساعة {time}',
  },
  dayOfMonth: {
    day: 'يوم {day}',
    lastDay: 'اليوم الأخير',
    lastWorkingDay: 'آخر يوم عمل',
    weekday: {
      first: '{weekday} الأول',
      second: '{weekday} الثاني',
      third: '{weekday} الثالث',
      fourth: '{weekday} الرابع',
      last: '{weekday} الأخير',
    },
  },
  dayOfYear: { date: '{date}', inMonth: '{day} من {month}' },
  cron: 'Cron {expression}',
  inCity: '{text}، بتوقيت {city}',
  inZone: '{text}، {zone}',
  from: '{text}، من {date}',
  until: '{text}، حتى {date}',
};
