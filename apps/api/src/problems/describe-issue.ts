import type { z } from 'zod';

type RawIssue = z.core.$ZodRawIssue;

/** Describes a fault that a schema has no words for itself, as the end of a sentence that begins with the field. */
export function describeIssue(issue: RawIssue): string {
  if (issue.input === undefined && issue.code !== 'unrecognized_keys') return 'is required';
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return isCount(issue.origin) && issue.minimum === 1
        ? 'must not be empty'
        : `must ${limitOf(issue, { least: true })}`;
    case 'too_big':
      return `must ${limitOf(issue, { least: false })}`;
    case 'invalid_value':
      return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'invalid_format':
      return `must be ${FORMATS[issue.format] ?? 'in the form that the documentation shows'}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_key':
      return issue.issues[0]?.message ?? 'is not a name that this field takes';
    default:
      return 'is not a value that this field takes';
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

const FORMATS: Readonly<Record<string, string>> = {
  url: 'an address such as "https://example.org/feed.xml"',
  datetime: 'a time such as "2026-01-31T12:00:00.000Z"',
  date: 'a day such as "2026-01-31"',
  email: 'an e-mail address',
};

const isCount = (origin: string): boolean => origin === 'string' || origin === 'array' || origin === 'set';

type LimitIssue = Extract<RawIssue, { code: 'too_small' | 'too_big' }>;

function limitOf(issue: LimitIssue, { least }: { least: boolean }): string {
  const limit = issue.code === 'too_small' ? issue.minimum : issue.maximum;
  if (!isCount(issue.origin)) {
    if (issue.inclusive !== false) return `be at ${least ? 'least' : 'most'} ${limit}`;
    return `be ${least ? 'more' : 'less'} than ${limit}`;
  }
  const things = issue.origin === 'string' ? 'character' : issue.origin === 'array' ? 'entry' : 'member';
  const many = things === 'entry' ? 'entries' : `${things}s`;
  return `have at ${least ? 'least' : 'most'} ${limit} ${Number(limit) === 1 ? things : many}`;
}
