import {
  type Schedule,
  type Source,
  type SourceKind,
  scheduleSchema,
  type TemplateInput,
} from '@inlet/contracts';
import { createIds, fakeClock, makeTemplate } from '@inlet/testing';
import { describe, expect, it } from 'vitest';
import { checkCanImport, checkJob, checkSourceAndMapping } from './check-job.js';

const { now } = fakeClock('2026-03-01T12:00:00.000Z');
const template = makeTemplate({ newId: createIds() });
const withChanges = (changes: Partial<TemplateInput>) => ({ ...template, ...changes });
const source: Source = { kind: 'url', url: 'https://feeds.example/' };
const schedule = (input: object) => scheduleSchema.parse(input);
const HOURLY = schedule({ kind: 'hours', every: 1 });
const mapping = [{ column: 'title', path: 'title' }];
const RSS = { recordPath: '/rss/channel/item', parseOptions: { format: 'rss' as const } };
/** A stored template can allow only kinds of sources that another version knows. */
const OTHER_SOURCES = withChanges({ allowedSources: ['upload' as SourceKind] });

const check = (changes: Partial<TemplateInput>, job: object = {}) =>
  checkJob(withChanges(changes), { source, mapping, schedule: HOURLY, ...RSS, now: now(), ...job });
const failsWith = (code: string) => expect.objectContaining({ code });

describe('a job', () => {
  it('may be as its template allows', () => {
    expect(() => check({})).not.toThrow();
    expect(() => check({ mode: 'manual' })).not.toThrow();
  });

  it.each<[string, Partial<TemplateInput>, string]>([
    ['has no destination', { destination: null }, 'template_no_destination'],
    ['does not allow its kind of source', OTHER_SOURCES, 'source_kind_not_allowed'],
  ])('is refused if its template %s', (_, changes, code) => {
    expect(() => check(changes)).toThrow(failsWith(code));
    expect(() => checkCanImport(withChanges(changes), { source })).toThrow(failsWith(code));
  });

  it.each([
    ['maps an unknown column', [...mapping, { column: 'nope', path: 'x' }], 'mapping_column_unknown'],
    ['maps a column twice', [...mapping, ...mapping], 'mapping_column_twice'],
  ])('is refused if it %s', (_, wrong, code) => {
    expect(() => check({}, { mapping: wrong })).toThrow(failsWith(code));
    expect(() => checkSourceAndMapping(template, { source, mapping: wrong, ...RSS })).toThrow(
      failsWith(code),
    );
  });

  it.each<[string, object, string]>([
    ['there is none of this name', {}, '~feed/nope'],
    ['its records are no items', { recordPath: '/rss/channel/item/category' }, '~feed/isoDate'],
    ['its format has none', { recordPath: '/items', parseOptions: { format: 'json_feed' } }, '~feed/link'],
  ])('is refused with a feed field if %s', (_, job, path) => {
    const attempt = () => check({}, { ...job, mapping: [{ column: 'title', path }] });
    expect(attempt).toThrow(failsWith('mapping_path_unknown'));
    expect(attempt).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ path: 'mapping.0.path' })] }),
    );
  });

  it.each([
    ['of a feed', {}],
    ['if the format is not known', { parseOptions: {} }],
  ])('may have the feed fields %s', (_, job) => {
    const withField = [{ column: 'title', template: '{{~feed/isoDate}} {{title}}' }];
    expect(() => check({}, { ...job, mapping: withField })).not.toThrow();
  });

  it('is refused if it does not map a required column', () => {
    const columns = [...template.columns.slice(0, 1), { ...template.columns[1]!, required: true }];
    expect(() => check({ columns })).toThrow(failsWith('mapping_required_missing'));
  });

  it.each<[string, Schedule, string]>([
    ['too often', schedule({ kind: 'minutes', every: 59 }), 'schedule_interval_too_short'],
    ['never', schedule({ kind: 'hours', endsAt: '2026-02-01T00:00:00Z' }), 'schedule_never'],
    ['in no time zone', schedule({ kind: 'hours', timeZone: 'Mars/Base' }), 'schedule_zone_unknown'],
  ])('is refused if its schedule runs %s', (_, given, code) => {
    const attempt = () => check({ minIntervalMinutes: 60 }, { schedule: given });
    expect(attempt).toThrow(failsWith(code));
  });

  it('may run exactly as often as its template allows', () => {
    expect(() => check({ minIntervalMinutes: 60 }, { schedule: HOURLY })).not.toThrow();
  });
});

describe('a dry run of other settings', () => {
  it('needs no destination, since it sends nothing', () => {
    const { columns, allowedSources } = withChanges({ destination: null });
    expect(() =>
      checkSourceAndMapping({ columns, allowedSources }, { source, mapping, ...RSS }),
    ).not.toThrow();
  });

  it('is refused for a kind of source that the template does not allow, and names those that it does', () => {
    expect(() => checkSourceAndMapping(OTHER_SOURCES, { source, mapping, ...RSS })).toThrow(
      'Allowed: upload.',
    );
  });
});
