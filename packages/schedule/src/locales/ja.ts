import type { ScheduleTexts } from './schedule-texts.js';

export const ja: ScheduleTexts = {
  tag: 'ja',
  minutes: { single: '毎分', other: '{n}分ごと' },
  hours: { single: '1時間ごと', other: '{n}時間ごと' },
  hoursAtMinute: { single: '毎時{minute}分', other: '{n}時間ごとの{minute}分' },
  days: { single: '毎日 {time}', other: '{n}日ごと {time}' },
  weekdays: '月曜日から金曜日 {time}',
  daysWithoutWeekends: { single: '月曜日から金曜日 {time}', other: '{n}日ごと {time}（土日を除く）' },
  weeks: { single: '毎週 {weekdays} {time}', other: '{n}週間ごと {weekdays} {time}' },
  months: { single: '毎月 {day} {time}', other: '{n}か月ごと {day} {time}' },
  years: { single: '毎年 {day} {time}', other: '{n}年ごと {day} {time}' },
  dayOfMonth: {
    day: '{day}日',
    lastDay: '末日',
    lastWorkingDay: '最終平日',
    weekday: {
      first: '第1{weekday}',
      second: '第2{weekday}',
      third: '第3{weekday}',
      fourth: '第4{weekday}',
      last: '最終{weekday}',
    },
  },
  dayOfYear: { date: '{date}', inMonth: '{month}の{day}' },
  cron: 'Cron {expression}',
  inCity: '{text}（{city} 時間）',
  inZone: '{text}（{zone}）',
  from: '{text}、{date}から',
  until: '{text}、{date}まで',
};
