import { columnSchema, type Heading, type WidgetGiven } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { hasWork, needsOutline, newWizard, reduce } from './reduce.js';
import type { FoundSource, WizardEvent, WizardState } from './state.js';
import { toProposedChanges } from './to-job.js';

const heading = (path: string): Heading => ({
  path,
  label: path,
  isAboveRecord: false,
  coverage: 1,
  records: 1,
  repeats: false,
  mostRepeats: 1,
  samples: [],
  proposedType: 'text',
});

const outlined = (url: string, paths: readonly string[]): WizardEvent => {
  const found: FoundSource = {
    address: url,
    settings: url,
    finalUrl: url,
    feed: {
      title: 'Times',
      link: null,
      description: null,
      ttlMinutes: null,
      itemCount: 1,
      newestItemAt: null,
    },
    outline: {
      format: 'rss',
      formatVersion: '2.0',
      encoding: 'utf-8',
      bytesRead: 10,
      isComplete: true,
      recordPath: '/rss/channel/item',
      recordPaths: [],
      recordCount: 1,
      headings: paths.map(heading),
      records: [],
      parseOptions: {},
      warnings: [],
    },
  };
  return {
    type: 'receiveOutline',
    found,
    suggestions: [],
    mapping: [
      { column: 'title', path: 'title' },
      { column: 'url', path: 'link' },
    ],
    parseOptions: {},
  };
};

const URL = 'https://a.example/feed';
const GIVEN: WidgetGiven = {
  url: URL,
  name: 'Morning news',
  schedule: { kind: 'weeks', every: 2, weekdays: ['friday'], time: '07:15', timeZone: 'Asia/Tokyo' },
  mapping: [
    { column: 'title', path: 'headline' },
    { column: 'kind', value: 'news' },
  ],
  values: {},
};
const after = (given: WidgetGiven, ...events: WizardEvent[]): WizardState =>
  events.reduce(reduce, newWizard('Europe/Berlin', given));

describe('a wizard with prefilled data', () => {
  it('starts at the first step with the data, and has no unsaved work', () => {
    const state = after(GIVEN);
    expect(state).toMatchObject({ step: 'configure', label: 'Morning news', source: { address: URL } });
    expect(state.schedule).toMatchObject({ kind: 'weeks', every: 2, time: '07:15', timeZone: 'Asia/Tokyo' });
    expect([hasWork(state), needsOutline(state)]).toEqual([false, true]);
    const found = after(GIVEN, outlined(URL, []));
    expect([hasWork(found), needsOutline(found)]).toEqual([false, false]);
    expect(hasWork(after(GIVEN, { type: 'updateSource', source: { address: 'https://b.example/' } }))).toBe(
      true,
    );
    expect(hasWork(after(GIVEN, outlined(URL, []), { type: 'goToStep', step: 'map' }))).toBe(true);
  });

  it('has the usual defaults for missing data', () => {
    const little = { url: null, name: null, schedule: null, mapping: [], values: {} };
    expect({ ...after(little), given: null }).toEqual(newWizard('Europe/Berlin'));
  });

  it('prefers the prefilled mapping to suggestions', () => {
    const { mapping, label } = after(GIVEN, outlined(URL, ['title', 'link']));
    expect(mapping).toEqual({
      title: { column: 'title', path: 'headline' },
      url: { column: 'url', path: 'link' },
      kind: { column: 'kind', value: 'news' },
    });
    expect(label).toBe('Morning news');
  });

  it('applies the prefilled mapping to another file only for paths that the file has', () => {
    const other = 'https://b.example/feed';
    expect(after(GIVEN, outlined(other, ['title'])).mapping.title).toEqual({
      column: 'title',
      path: 'title',
    });
    expect(after(GIVEN, outlined(other, ['headline'])).mapping).toMatchObject({
      title: { path: 'headline' },
      kind: { value: 'news' },
    });
  });

  it('lets the person change everything', () => {
    const state = after(
      GIVEN,
      outlined(URL, ['title']),
      { type: 'mapColumn', column: 'title', to: { column: 'title', path: 'title' } },
      { type: 'mapColumn', column: 'kind', to: null },
      { type: 'setLabel', label: 'Mine' },
      { type: 'updateSchedule', schedule: { every: 1 } },
      outlined(URL, ['title']),
    );
    expect(state.mapping.title).toEqual({ column: 'title', path: 'title' });
    expect([state.mapping.kind, state.label, state.schedule.every]).toEqual([undefined, 'Mine', 1]);
  });

  it('starts empty after an import was set up', () => {
    const state = after(GIVEN, outlined(URL, []), { type: 'restart', timeZone: 'UTC' });
    expect(state).toEqual(newWizard('UTC'));
  });
});

describe('the changes that a dry run tries out', () => {
  it('include everything that decides about rows, but not the name or schedule', () => {
    const template = { columns: [columnSchema.parse({ key: 'title', name: 'Title' })] };
    const state = after(GIVEN, outlined(URL, ['title']));
    expect(Object.keys(toProposedChanges(state, template) ?? {}).sort()).toEqual([
      'changeDetection',
      'filter',
      'guardRails',
      'identity',
      'mapping',
      'parseOptions',
      'recordPath',
      'source',
    ]);
    expect(toProposedChanges({ ...state, found: null }, template)).not.toHaveProperty('source');
    expect(toProposedChanges({ ...state, mapping: {} }, template)).toBeNull();
  });
});
