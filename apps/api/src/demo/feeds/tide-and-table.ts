import type { Publication } from './publication.js';

export const TIDE_AND_TABLE: Publication = {
  slug: 'tide-and-table',
  name: 'Tide & Table',
  about: 'What the sea brings and what the kitchens make of it',
  everyMinutes: 2,
  shown: 9,
  authors: ['Rosa Quint', 'Emil Thorne', 'Sunniva Dahl'],
  drafts: [
    {
      title: 'Smoked haddock on {street}, and nothing else',
      summary: 'A menu of one dish, {count} chairs and a queue that knows why.',
      section: 'Restaurants',
      topics: ['Fish', '{street}'],
    },
    {
      title: 'How {name} bakes with seawater',
      summary: 'Measured, filtered and boiled: the loaf takes {few} days and needs no salt.',
      section: 'Bakeries',
      topics: ['Bread', 'Portrait'],
    },
    {
      title: 'Kelp farmers of {island} share their harvest',
      summary: '{count} ropes, one drying shed, and recipes for people who think they do not like it.',
      section: 'Growers',
      topics: ['Kelp', '{island}'],
    },
    {
      title: 'The {few} best chowders within a day of the quay',
      summary: 'We walked, we ate, we disagreed. The winner serves it in a thermos.',
      section: 'Guides',
      topics: ['Soup'],
    },
    {
      title: 'A cheese that ripens in the old ice house',
      summary: 'Cellar temperature, harbour humidity and a family that waited {years} months.',
      section: 'Growers',
      topics: ['Cheese'],
    },
    {
      title: 'Coffee by boat: the roastery on the {ship}',
      summary: 'It moors on {day}, roasts until noon and leaves with the tide.',
      section: 'Drinks',
      topics: ['Coffee', 'Boats'],
    },
    {
      title: 'Apples from {island} make a dry cider',
      summary: '{count} trees survived the salt. The first bottles are numbered by hand.',
      section: 'Drinks',
      topics: ['Cider', '{island}'],
    },
  ],
};
