import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeIssue } from './describe-issue.js';

const messageOf = (schema: z.ZodType, input: unknown): string | undefined =>
  z.safeParse(schema, input, { reportInput: true, error: describeIssue }).error?.issues[0]?.message;

describe('an issue of a schema', () => {
  it.each([
    ['is required', z.string(), undefined],
    ['must be text', z.string(), 1],
    ['must be a whole number', z.int(), 1.5],
    ['must be true or false', z.boolean(), 'yes'],
    ['must be a list', z.array(z.string()), {}],
    ['must be an object', z.strictObject({}), []],
    ['must not be empty', z.array(z.string()).min(1), []],
    ['must not be empty', z.string().min(1), ''],
    ['must have at least 2 entries', z.array(z.string()).min(2), ['a']],
    ['must have at most 1 character', z.string().max(1), 'ab'],
    ['must be at least 1', z.int().min(1), 0],
    ['must be at most 9', z.int().max(9), 10],
    ['must be more than 0', z.number().gt(0), 0],
    ['must be one of "a", "b"', z.enum(['a', 'b']), 'c'],
    ['must be "a"', z.literal('a'), 'c'],
    ['must be an address such as "https://example.org/feed.xml"', z.url(), 'feed'],
    ['must be a time such as "2026-01-31T12:00:00.000Z"', z.iso.datetime(), 'today'],
    ['must be in the form that the documentation shows', z.string().regex(/^a$/), 'b'],
    ['must be a multiple of 5', z.int().multipleOf(5), 7],
    [
      'is not a value that this field takes',
      z.discriminatedUnion('kind', [z.object({ kind: z.literal('a') }), z.object({ kind: z.literal('b') })]),
      { kind: 'c' },
    ],
  ])('reads "%s"', (message, schema, input) => {
    expect(messageOf(schema, input)).toBe(message);
  });

  it('keeps the words that a schema has for it', () => {
    expect(messageOf(z.string('says so'), 1)).toBe('says so');
  });
});
