import { changeDetectionSchema, guardRailsSchema, type WidgetFeedJobView } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { EMPTY_AUTH } from './auth-form.js';
import { DECLARED_PAGES } from './pagination-form.js';
import {
  canGoTo,
  DEFAULT_CHANGE_DETECTION,
  DEFAULT_GUARD_RAILS,
  hasWork,
  newWizard,
  reduce,
} from './reduce.js';
import type { FoundSource, WizardEvent, WizardState } from './state.js';

const foundSource = (overrides: { url?: string; recordPath?: string; title?: string } = {}): FoundSource => {
  const { url = 'https://a.example/feed', recordPath = '/rss/channel/item', title = 'Times' } = overrides;
  return {
    address: url,
    settings: url,
    finalUrl: url,
    feed: { title, link: null, description: null, ttlMinutes: null, itemCount: 1, newestItemAt: null },
    outline: {
      format: 'rss',
      formatVersion: '2.0',
      encoding: 'utf-8',
      bytesRead: 10,
      isComplete: true,
      recordPath,
      recordPaths: [],
      recordCount: 1,
      headings: [],
      records: [],
      parseOptions: {},
      warnings: [],
    },
  };
};
const outlined = (overrides: Parameters<typeof foundSource>[0] = {}): WizardEvent => ({
  type: 'receiveOutline',
  found: foundSource(overrides),
  suggestions: [],
  mapping: [{ column: 'title', path: 'title' }],
  parseOptions: {},
});
const after = (...events: WizardEvent[]): WizardState => events.reduce(reduce, newWizard('Europe/Berlin'));

describe('the wizard', () => {
  it('starts with a daily schedule in the zone of the person, and has no unsaved work', () => {
    const state = newWizard('Europe/Berlin');
    expect(state.step).toBe('configure');
    expect(state.schedule).toMatchObject({
      kind: 'days',
      every: 1,
      time: '09:00',
      timeZone: 'Europe/Berlin',
    });
    expect(hasWork(state)).toBe(false);
  });

  it('has the default guard rails of the contracts', () => {
    expect(DEFAULT_GUARD_RAILS).toEqual(guardRailsSchema.parse({}));
    expect(DEFAULT_CHANGE_DETECTION).toEqual(changeDetectionSchema.parse({}));
  });

  it('enters a step only when the ones before it have what they need', () => {
    expect(after({ type: 'goToStep', step: 'map' }).step).toBe('configure');
    expect(after(outlined(), { type: 'goToStep', step: 'map' }).step).toBe('map');
    const emptied = after(outlined(), { type: 'clearMapping' });
    expect([canGoTo(emptied, 'map'), canGoTo(emptied, 'schedule')]).toEqual([true, false]);
  });

  it('goes back one step at a time and stops at the first', () => {
    const state = after(
      outlined(),
      { type: 'goToStep', step: 'confirm' },
      { type: 'goBack' },
      { type: 'goBack' },
    );
    expect(state.step).toBe('map');
    expect(reduce(reduce(state, { type: 'goBack' }), { type: 'goBack' }).step).toBe('configure');
  });

  it('keeps a manual mapping when the same list is read again', () => {
    const mapped: WizardEvent = { type: 'mapColumn', column: 'title', to: { column: 'title', path: 'guid' } };
    expect(after(outlined(), mapped, outlined()).mapping).toEqual({
      title: { column: 'title', path: 'guid' },
    });
  });

  it('starts with the suggestions for another address or another list of the file', () => {
    const mapped: WizardEvent = { type: 'mapColumn', column: 'title', to: { column: 'title', path: 'guid' } };
    const suggested = { title: { column: 'title', path: 'title' } };
    expect(after(outlined(), mapped, outlined({ url: 'https://b.example/' })).mapping).toEqual(suggested);
    expect(after(outlined(), mapped, outlined({ recordPath: '/rss/channel/other' })).mapping).toEqual(
      suggested,
    );
  });

  it('names the import after the feed until the person names it', () => {
    const named = after(outlined(), outlined({ url: 'https://b.example/', title: 'Post' }));
    expect(named.label).toBe('Post');
    expect(after(outlined(), { type: 'setLabel', label: 'Mine' }, outlined({ title: 'Post' })).label).toBe(
      'Mine',
    );
  });

  it('applies suggestions only to columns without a choice', () => {
    const state = after(
      outlined(),
      { type: 'mapColumn', column: 'title', to: { column: 'title', path: 'guid' } },
      {
        type: 'applySuggestions',
        mapping: [
          { column: 'title', path: 'title' },
          { column: 'url', path: 'link' },
        ],
      },
    );
    expect(state.mapping).toEqual({
      title: { column: 'title', path: 'guid' },
      url: { column: 'url', path: 'link' },
    });
  });

  it('stops asking for lost secrets once the source is edited', () => {
    const lost = { ...after(outlined()), hasLostSecrets: true };
    expect(reduce(lost, { type: 'updateSource', source: { keepsHeaders: true } }).hasLostSecrets).toBe(false);
  });

  it('opens a job with all its settings, and allows every step', () => {
    const state = after({ type: 'editJob', job: JOB });
    expect(state.source).toEqual({
      address: 'https://a.example/feed',
      auth: EMPTY_AUTH,
      keepsHeaders: true,
      pagination: { ...DECLARED_PAGES, kind: 'none' },
    });
    expect(state.schedule).toMatchObject({ kind: 'weeks', every: 2, weekdays: ['friday'], time: '07:30' });
    expect(state.editing).toMatchObject({ jobId: JOB.id, source: JOB.source, isDraft: false });
    expect(canGoTo(state, 'confirm')).toBe(true);
    expect(hasWork(state)).toBe(false);
  });

  it('keeps the mapping of an edited job when its source is read', () => {
    const state = after({ type: 'editJob', job: JOB }, outlined());
    expect(state.mapping).toEqual({ title: { column: 'title', path: 'headline' } });
    expect(state.label).toBe('Weekly');
  });

  it('finishes with the job, and restarts', () => {
    const done = after(outlined(), { type: 'finish', job: JOB, run: null });
    expect([done.step, done.result?.job.id, done.draftJobId]).toEqual(['done', JOB.id, null]);
    expect(reduce(done, { type: 'restart', timeZone: 'UTC' })).toEqual(newWizard('UTC'));
  });
});

const JOB: WidgetFeedJobView = {
  kind: 'feed',
  id: 'job_01m7w7t74ss90q25m7pcpt75k0',
  templateId: 'tpl_01m7w7t74ss90q25m7pcpt75k0',
  externalUserId: 'ada',
  label: 'Weekly',
  status: 'active',
  pausedBecause: null,
  source: {
    kind: 'url',
    url: 'https://a.example/feed',
    headerNames: ['authorization'],
    username: null,
    auth: null,
    request: { method: 'GET' },
    pagination: { kind: 'none' },
  },
  recordPath: '/rss/channel/item',
  parseOptions: {},
  mapping: [{ column: 'title', path: 'headline' }],
  identity: { by: 'template' },
  identityBasis: null,
  identityPaths: null,
  firstRun: 'all',
  filter: null,
  columns: null,
  schedule: { kind: 'weeks', every: 2, weekdays: ['friday'], time: '07:30', timeZone: 'UTC' },
  scheduleText: '',
  nextRunAt: null,
  overlap: 'skip',
  changeDetection: DEFAULT_CHANGE_DETECTION,
  guardRails: DEFAULT_GUARD_RAILS,
  whenHeld: 'replace',
  activeRunId: null,
  heldRunId: null,
  lastRun: null,
  failuresInARow: 0,
  knownItems: 0,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
};
