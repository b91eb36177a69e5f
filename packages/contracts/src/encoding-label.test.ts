import { describe, expect, it } from 'vitest';
import { encodingOf } from './encoding-label.js';
import { jobPatchSchema } from './job.js';
import { outlineRequestSchema, previewRequestSchema, proposedChangesSchema } from './request.js';

const source = { kind: 'url', url: 'https://a.example/feed' };
const REQUESTS = {
  job: (parseOptions: object) => jobPatchSchema.safeParse({ parseOptions }),
  'dry run': (parseOptions: object) => proposedChangesSchema.safeParse({ parseOptions }),
  outline: (parseOptions: object) => outlineRequestSchema.safeParse({ source, parseOptions }),
  preview: (parseOptions: object) =>
    previewRequestSchema.safeParse({
      source,
      parseOptions,
      templateId: 'tpl_1',
      recordPath: '/rss/channel/item',
      mapping: [{ column: 'title', path: 'title' }],
    }),
};

describe('the label of an encoding', () => {
  it.each([
    ['utf8', 'utf-8'],
    [' Latin1 ', 'windows-1252'],
    ['utf_8', 'utf-8'],
    ['shift_jis', 'shift_jis'],
    ['nonsense', undefined],
    ['', undefined],
  ])('%j names %j', (label, name) => {
    expect(encodingOf(label)).toBe(name);
  });

  it.each(Object.entries(REQUESTS))('must be known in the request of a %s', (_, parse) => {
    expect(parse({ encoding: 'shift_jis' })).toMatchObject({ success: true });
    expect(parse({ encoding: 'nonsense' })).toMatchObject({
      success: false,
      error: { issues: [{ path: ['parseOptions', 'encoding'] }] },
    });
  });
});
