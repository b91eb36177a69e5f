import { readFileSync } from 'node:fs';
import { scheduleSchema } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { checkSchedule, describeSchedule } from '../src/index.js';

const page = readFileSync(new URL('../../../docs/schedules.md', import.meta.url), 'utf8');
/** A block of JSON and the quotation that follows it. */
const examples = [...page.matchAll(/```json\n([^`]*)\n```\n\n> (.*)/g)].map(([, json = '', words = '']) => ({
  json,
  words,
}));

describe('docs/schedules.md', () => {
  it('has an example of every kind', () => {
    const kinds = new Set(examples.map(({ json }) => scheduleSchema.parse(JSON.parse(json)).kind));
    expect([...kinds].sort()).toEqual(['cron', 'days', 'hours', 'minutes', 'months', 'weeks', 'years']);
  });

  it.each(examples)('says of $json what the product says', ({ json, words }) => {
    const schedule = scheduleSchema.parse(JSON.parse(json));
    expect(describeSchedule(schedule)).toBe(words);
    expect(() => checkSchedule(schedule, { now: new Date(0), minIntervalMinutes: 1 })).not.toThrow();
  });

  it('names each cron extra that is accepted', () => {
    const expressions = [...page.matchAll(/^\| `([^`]*)`(?: `[^`]*`)* \|/gm)]
      .flatMap(([row]) => [...row.matchAll(/`([^`]*)`/g)].map(([, expression = '']) => expression))
      .filter((text) => /^0 9 |^@/.test(text));
    expect(expressions).toHaveLength(12);
    for (const expression of expressions) {
      const schedule = scheduleSchema.parse({ kind: 'cron', expression });
      expect(() => checkSchedule(schedule, { now: new Date(0), minIntervalMinutes: 1 })).not.toThrow();
    }
  });
});
