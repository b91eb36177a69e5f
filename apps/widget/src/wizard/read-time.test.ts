import { expect, it } from 'vitest';
import { createFormats } from '../texts/create-formats.js';
import { readTime } from './read-time.js';

it.each([
  ['9', '09:00'],
  ['930', '09:30'],
  ['0930', '09:30'],
  ['9:30', '09:30'],
  [' 21.30 ', '21:30'],
  ['9h30', '09:30'],
  ['9:30 pm', '21:30'],
  ['9:30 PM', '21:30'],
  ['12 a.m.', '00:00'],
  ['12 pm', '12:00'],
  ['9 Uhr', '09:00'],
  ['٩:٣٠', '09:30'],
  ['24:00', null],
  ['9:75', null],
  ['13 pm', null],
  ['9 o clock', null],
  ['noon', null],
  ['', null],
])('reads %j as %j', (text, time) => {
  expect(readTime(text, 'en')).toBe(time);
});

it.each(['en', 'en-US', 'en-GB', 'de', 'fr-CA', 'es-CO', 'pt-BR', 'ja', 'ar', 'ar-EG'])(
  'reads in %s every time that it shows there',
  (locale) => {
    const formats = createFormats({ locale, now: () => 0 });
    for (const time of ['00:00', '00:30', '09:05', '11:59', '12:00', '12:30', '16:30', '23:59'])
      expect(readTime(formats.time(time), locale), formats.time(time)).toBe(time);
  },
);
