import { expect, it } from 'vitest';
import { writeLabel } from './write-label.js';

it.each([
  ["item > link[@rel='alternate'] > @href", 'item > link (rel: alternate) > @href'],
  [
    "entry > link[@rel='self'][@type='text/html'] > @href",
    'entry > link (rel: self, type: text/html) > @href',
  ],
  ["offer > param[@name='Men''s size']", "offer > param (name: Men's size)"],
  ["offer > param[@name='a[0] > b']", 'offer > param (name: a[0] > b)'],
  ['Price [EUR]', 'Price [EUR]'],
  ['list > a[1]', 'list > a[1]'],
])('the label %s is shown as %s', (label, shown) => {
  expect(writeLabel(label)).toBe(shown);
});
