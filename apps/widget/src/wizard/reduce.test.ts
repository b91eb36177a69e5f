import { changeDetectionSchema, guardRailsSchema, type WidgetJobView } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { canGoTo, hasWork, newWizard, reduce, USUAL_CHANGES, USUAL_GUARD_RAILS } from './reduce.js';
import type { Look, WizardEvent, WizardState } from './state.js';

const look = (overrides: { url?: string; recordPath?: string; title?: string } = {}): Look => {
  const { url = 'https://a.example/feed', recordPath = '/rss/channel/item', title = 'Times' } = overrides;
  return {
    url,
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
const looked = (overrides: Parameters<typeof look>[0] = {}): WizardEvent => ({
  type: 'looked',
  look: look(overrides),
  suggestions: [],
  mapping: [{ column: 'title', path: 'title' }],
});
const after = (...events: WizardEvent[]): WizardState => events.reduce(reduce, newWizard('Europe/Berlin'));

describe('the wizard', () => {
  it('begins with a daily schedule in the zone of the person, and with nothing to lose', () => {
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

  it('has the usual guard rails of the contracts', () => {
    expect(USUAL_GUARD_RAILS).toEqual(guardRailsSchema.parse({}));
    expect(USUAL_CHANGES).toEqual(changeDetectionSchema.parse({}));
  });

  it('enters a step only when the ones before it have what they need', () => {
    expect(after({ type: 'wentTo', step: 'map' }).step).toBe('configure');
    expect(after(looked(), { type: 'wentTo', step: 'map' }).step).toBe('map');
    const emptied = after(looked(), { type: 'mappingCleared' });
    expect([canGoTo(emptied, 'map'), canGoTo(emptied, 'schedule')]).toEqual([true, false]);
  });

  it('goes back a step at a time, and stays at the first', () => {
    const state = after(
      looked(),
      { type: 'wentTo', step: 'confirm' },
      { type: 'wentBack' },
      { type: 'wentBack' },
    );
    expect(state.step).toBe('map');
    expect(reduce(reduce(state, { type: 'wentBack' }), { type: 'wentBack' }).step).toBe('configure');
  });

  it('keeps what was mapped by hand when the same list is looked at again', () => {
    const mapped: WizardEvent = { type: 'mapped', column: 'title', to: { column: 'title', path: 'guid' } };
    expect(after(looked(), mapped, looked()).mapping).toEqual({ title: { column: 'title', path: 'guid' } });
  });

  it('begins with the suggestions for another address, and for another list of the file', () => {
    const mapped: WizardEvent = { type: 'mapped', column: 'title', to: { column: 'title', path: 'guid' } };
    const suggested = { title: { column: 'title', path: 'title' } };
    expect(after(looked(), mapped, looked({ url: 'https://b.example/' })).mapping).toEqual(suggested);
    expect(after(looked(), mapped, looked({ recordPath: '/rss/channel/other' })).mapping).toEqual(suggested);
  });

  it('names the import after the feed until the person names it', () => {
    const named = after(looked(), looked({ url: 'https://b.example/', title: 'Post' }));
    expect(named.label).toBe('Post');
    expect(after(looked(), { type: 'labelTyped', label: 'Mine' }, looked({ title: 'Post' })).label).toBe(
      'Mine',
    );
  });

  it('takes suggestions only where nothing is chosen', () => {
    const state = after(
      looked(),
      { type: 'mapped', column: 'title', to: { column: 'title', path: 'guid' } },
      {
        type: 'suggestionsTaken',
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

  it('forgets that secrets were lost once the source is typed in', () => {
    const lost = { ...after(looked()), hasLostSecrets: true };
    expect(reduce(lost, { type: 'sourceTyped', source: { password: 'x' } }).hasLostSecrets).toBe(false);
  });

  it('opens a job to be changed with all its settings, and every step within reach', () => {
    const state = after({ type: 'editOpened', job: JOB });
    expect(state.source).toEqual({
      url: 'https://a.example/feed',
      headers: [{ name: 'authorization', value: '' }],
      username: '',
      password: '',
    });
    expect(state.schedule).toMatchObject({ kind: 'weeks', every: 2, weekdays: ['friday'], time: '07:30' });
    expect(state.editing).toMatchObject({ jobId: JOB.id, hasSecrets: true, isDraft: false });
    expect(canGoTo(state, 'confirm')).toBe(true);
    expect(hasWork(state)).toBe(false);
  });

  it('keeps the mapping of a job that is edited when its source is looked at', () => {
    const state = after({ type: 'editOpened', job: JOB }, looked());
    expect(state.mapping).toEqual({ title: { column: 'title', path: 'headline' } });
    expect(state.label).toBe('Weekly');
  });

  it('is done with the job, and begins anew', () => {
    const done = after(looked(), { type: 'finished', job: JOB, run: null });
    expect([done.step, done.result?.job.id, done.draftJobId]).toEqual(['done', JOB.id, null]);
    expect(reduce(done, { type: 'restarted', timeZone: 'UTC' })).toEqual(newWizard('UTC'));
  });
});

const JOB: WidgetJobView = {
  id: 'job_01m7w7t74ss90q25m7pcpt75k0',
  templateId: 'tpl_01m7w7t74ss90q25m7pcpt75k0',
  externalUserId: 'ada',
  label: 'Weekly',
  status: 'active',
  pausedBecause: null,
  source: { kind: 'url', url: 'https://a.example/feed', headerNames: ['authorization'], username: null },
  recordPath: '/rss/channel/item',
  parseOptions: {},
  mapping: [{ column: 'title', path: 'headline' }],
  columns: null,
  schedule: { kind: 'weeks', every: 2, weekdays: ['friday'], time: '07:30', timeZone: 'UTC' },
  scheduleText: '',
  nextRunAt: null,
  overlap: 'skip',
  changeDetection: USUAL_CHANGES,
  guardRails: USUAL_GUARD_RAILS,
  activeRunId: null,
  lastRun: null,
  failuresInARow: 0,
  knownItems: 0,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
};
