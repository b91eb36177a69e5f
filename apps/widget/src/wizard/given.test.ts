import { columnSchema, type Heading, type WidgetGiven } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { hasWork, isToBeLookedAt, newWizard, reduce } from './reduce.js';
import type { Look, WizardEvent, WizardState } from './state.js';
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

const looked = (url: string, paths: readonly string[]): WizardEvent => {
  const look: Look = {
    url,
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
    type: 'looked',
    look,
    suggestions: [],
    mapping: [
      { column: 'title', path: 'title' },
      { column: 'url', path: 'link' },
    ],
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
};
const after = (given: WidgetGiven, ...events: WizardEvent[]): WizardState =>
  events.reduce(reduce, newWizard('Europe/Berlin', given));

describe('a wizard that is given something to begin with', () => {
  it('begins with it at the first step, and with nothing to lose', () => {
    const state = after(GIVEN);
    expect(state).toMatchObject({ step: 'configure', label: 'Morning news', source: { url: URL } });
    expect(state.schedule).toMatchObject({ kind: 'weeks', every: 2, time: '07:15', timeZone: 'Asia/Tokyo' });
    expect([hasWork(state), isToBeLookedAt(state)]).toEqual([false, true]);
    const found = after(GIVEN, looked(URL, []));
    expect([hasWork(found), isToBeLookedAt(found)]).toEqual([false, false]);
    expect(hasWork(after(GIVEN, { type: 'sourceTyped', source: { url: 'https://b.example/' } }))).toBe(true);
    expect(hasWork(after(GIVEN, looked(URL, []), { type: 'wentTo', step: 'map' }))).toBe(true);
  });

  it('is as ever where little is given', () => {
    const little = { url: null, name: null, schedule: null, mapping: [] };
    expect({ ...after(little), given: null }).toEqual(newWizard('Europe/Berlin'));
  });

  it('maps as it was given, and as suggested where nothing was given', () => {
    const { mapping, label } = after(GIVEN, looked(URL, ['title', 'link']));
    expect(mapping).toEqual({
      title: { column: 'title', path: 'headline' },
      url: { column: 'url', path: 'link' },
      kind: { column: 'kind', value: 'news' },
    });
    expect(label).toBe('Morning news');
  });

  it('maps another file as it was given only where that file has the path', () => {
    const other = 'https://b.example/feed';
    expect(after(GIVEN, looked(other, ['title'])).mapping.title).toEqual({ column: 'title', path: 'title' });
    expect(after(GIVEN, looked(other, ['headline'])).mapping).toMatchObject({
      title: { path: 'headline' },
      kind: { value: 'news' },
    });
  });

  it('lets the person change all of it', () => {
    const state = after(
      GIVEN,
      looked(URL, ['title']),
      { type: 'mapped', column: 'title', to: { column: 'title', path: 'title' } },
      { type: 'mapped', column: 'kind', to: null },
      { type: 'labelTyped', label: 'Mine' },
      { type: 'scheduleChanged', schedule: { every: 1 } },
      looked(URL, ['title']),
    );
    expect(state.mapping.title).toEqual({ column: 'title', path: 'title' });
    expect([state.mapping.kind, state.label, state.schedule.every]).toEqual([undefined, 'Mine', 1]);
  });

  it('begins empty after one was set up', () => {
    const state = after(GIVEN, looked(URL, []), { type: 'restarted', timeZone: 'UTC' });
    expect(state).toEqual(newWizard('UTC'));
  });
});

describe('what a dry run of a changed import tries out', () => {
  it('is all that decides about rows, and neither name nor schedule', () => {
    const template = { columns: [columnSchema.parse({ key: 'title', name: 'Title' })] };
    const state = after(GIVEN, looked(URL, ['title']));
    expect(Object.keys(toProposedChanges(state, template) ?? {}).sort()).toEqual([
      'changeDetection',
      'guardRails',
      'mapping',
      'parseOptions',
      'recordPath',
      'source',
    ]);
    expect(toProposedChanges({ ...state, look: null }, template)).not.toHaveProperty('source');
    expect(toProposedChanges({ ...state, mapping: {} }, template)).toBeNull();
  });
});
