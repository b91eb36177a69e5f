import { expect, it } from 'vitest';
import { readLocalDate } from './local-date.js';

it.each([
  ['03/04/2026', 'en-US', '2026-03-04'],
  ['03/04/2026', 'en-GB', '2026-04-03'],
  ['3.4.2026', 'de', '2026-04-03'],
  ['29.2.2024', 'de', '2024-02-29'],
  ['30.2.2026', 'de', '30.2.2026'],
  ['13/04/2026', 'en-US', '13/04/2026'],
  ['2026-04-03', 'de', '2026-04-03'],
  ['3 April', 'en-GB', '3 April'],
])('reads %s, typed in %s, as %s', (text, locale, expected) => {
  expect(readLocalDate(text, locale)).toBe(expected);
});
