import type { Publication } from './publication.js';

export const NIGHT_ARCHIVE: Publication = {
  slug: 'night-archive',
  name: 'Night Archive',
  about: 'The photo desk: one picture from the archive every five minutes',
  everyMinutes: 5,
  shown: 24,
  authors: ['Archive desk', 'Hanne Falk'],
  drafts: [
    {
      title: 'Regatta off {island}, {year}',
      summary: '{count} sails in the evening light, photographed on glass from the pilot boat.',
      section: 'Sport',
      topics: ['Regatta', '{island}'],
    },
    {
      title: 'The winter of {year}, when the harbour froze',
      summary: 'Skaters between the hulls; the tea tent stood where berth {few} is now.',
      section: 'History',
      topics: ['Winter'],
    },
    {
      title: 'Opening of the market on {street}, {year}',
      summary: 'A brass band, {count} stalls, and a goose that got away.',
      section: 'History',
      topics: ['Market', '{street}'],
    },
    {
      title: 'Launch of the {ship}, {year}',
      summary: 'The bottle broke at the third try. {name} kept the cork.',
      section: 'Ships',
      topics: ['Boatyard'],
    },
    {
      title: 'Keepers of the {island} light, {year}',
      summary: 'They changed shifts by rope basket, {few} times a year, weather permitting.',
      section: 'People',
      topics: ['Lighthouse', '{island}'],
    },
  ],
};
