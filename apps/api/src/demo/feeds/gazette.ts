import type { Publication } from './publication.js';

/** The demo's own import reads this one. */
export const GAZETTE: Publication = {
  slug: 'gazette',
  name: 'The Inlet Gazette',
  about: 'News from both sides of the harbour, every minute',
  everyMinutes: 1,
  shown: 12,
  authors: ['Ada Brook', 'Kofi Lund', 'Mira Sato', 'Jonas Weir'],
  correction: { fromAge: 7, sentence: 'Correction: an earlier version named the wrong day.' },
  drafts: [
    {
      title: 'Night ferry to {island} returns after {years} years',
      summary:
        'The last boat now leaves at 23:40. Islanders & the late shift of the bakery asked for it together.',
      section: 'Transport',
      topics: ['Ferries', '{island}'],
    },
    {
      title: 'Library on {street} stays open until midnight',
      summary: 'Two reading rooms, one kettle and {count} volunteers: a trial until the end of the exams.',
      section: 'City',
      topics: ['Libraries', '{street}'],
    },
    {
      title: 'Storm warning: bridge at {street} closes on {day}',
      summary: 'Gusts of {count} knots are expected in the evening. Buses go around by the old locks.',
      section: 'Weather',
      topics: ['Storms', 'Bridges'],
    },
    {
      title: '{name} takes over the boatyard',
      summary:
        'After {few} seasons as an apprentice, a new name goes above the gate, and {few} jobs with it.',
      section: 'Business',
      topics: ['Boatyard', 'People'],
    },
    {
      title: 'Lighthouse of {island} opens its stairs to visitors',
      summary: 'There are {count} steps, and the lamp room holds six people at a time. Tickets from {day}.',
      section: 'Culture',
      topics: ['Lighthouse', '{island}'],
    },
    {
      title: 'Fish market counts its best {day} in {years} years',
      summary: 'Mackerel sold out by nine. What came later went to the school kitchens.',
      section: 'Business',
      topics: ['Market', 'Fishing'],
    },
    {
      title: 'Choir of {street} sings for a new roof',
      summary: '{count} voices, no heating and a bucket in the second row: the parish hall needs slate.',
      section: 'Culture',
      topics: ['Music', '{street}'],
    },
    {
      title: 'Cargo bikes get {few} lanes of their own',
      summary: 'From {day} on, deliveries in the old town go by pedal between ten and four.',
      section: 'Transport',
      topics: ['Cycling', 'Old Town'],
    },
    {
      title: 'Seal pup at {street} is back in open water',
      summary: 'Wardens kept {count} onlookers at a distance until the tide took care of the rest.',
      section: 'Nature',
      topics: ['Wildlife'],
    },
    {
      title: 'School of sailing adds {few} courses for beginners',
      summary: 'Places went in an hour last year. {name} teaches the evening group.',
      section: 'Education',
      topics: ['Sailing', 'Courses'],
    },
    {
      title: 'Harbour pool warms up with heat from the cold store',
      summary: 'The engineers call it a {count} metre pipe. Swimmers call it twenty-six degrees.',
      section: 'City',
      topics: ['Energy', 'Swimming'],
    },
    {
      title: 'Council votes to light {street} by movement',
      summary: 'Lamps dim to a fifth when nobody walks by. The stars were mentioned twice in the debate.',
      section: 'City',
      topics: ['Council', '{street}'],
    },
    {
      title: 'Weather station on {island} reports again',
      summary: 'A gannet had nested on the wind gauge. Readings from the past {few} weeks are estimates.',
      section: 'Weather',
      topics: ['{island}', 'Science'],
    },
  ],
};
