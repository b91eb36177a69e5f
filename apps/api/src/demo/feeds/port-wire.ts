import type { Publication } from './publication.js';

export const PORT_WIRE: Publication = {
  slug: 'port-wire',
  name: 'Port Wire',
  about: 'Arrivals, departures and what holds them up',
  everyMinutes: 1,
  shown: 10,
  authors: ['Port Wire', 'Duty officer'],
  drafts: [
    {
      title: '{ship} arrives with {count} wind-turbine blades',
      summary: 'Unloading at berth {few} takes until {day}. The ring road closes twice for the transport.',
      section: 'Arrivals',
      topics: ['Cargo', 'Berth {few}'],
    },
    {
      title: 'Fog holds back {few} departures',
      summary: 'Visibility fell below {count} metres at dawn. Pilots expect a clear channel by noon.',
      section: 'Delays',
      topics: ['Weather'],
    },
    {
      title: 'Tall ship {ship} to moor at {street}',
      summary: 'Open to visitors from {day}. The crew of {count} is looking for a cook.',
      section: 'Arrivals',
      topics: ['Tall ships'],
    },
    {
      title: 'Dredging begins off {island}',
      summary: 'The fairway is {few} metres deep at low water; it will be four metres deeper by spring.',
      section: 'Works',
      topics: ['Fairway', '{island}'],
    },
    {
      title: '{ship} leaves for the ice edge with {count} researchers',
      summary: 'The voyage takes {few} weeks. Its position is published every hour.',
      section: 'Departures',
      topics: ['Research'],
    },
    {
      title: 'Shore power for the ferries from {day}',
      summary: 'Engines stay off at berth {few}: {count} tonnes of diesel less in a month.',
      section: 'Works',
      topics: ['Energy', 'Ferries'],
    },
  ],
};
