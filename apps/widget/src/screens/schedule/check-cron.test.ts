import { describe, expect, it } from 'vitest';
import { checkCron } from './check-cron.js';

describe('checking a cron expression while it is typed', () => {
  it.each([
    '0 9 * * 1-5',
    '*/15 * * * *',
    '30 7 LW * *',
    '0 9 15W * ?',
    '0 9 * * 5#2',
    '0 9 * * FRIL',
    '@daily',
  ])('accepts what the scheduler accepts: %s', (expression) => {
    expect(checkCron(expression)).toEqual({ result: 'valid' });
  });

  it.each([
    ['60 9 * * *', 'minute'],
    ['0 24 * * *', 'hour'],
    ['0 9 32 * *', 'day'],
    ['0 9 * FOO *', 'month'],
    ['0 9 * * 8', 'weekday'],
    ['0 9,,10 * * *', 'hour'],
  ])('names the field that is wrong: %s', (expression, field) => {
    expect(checkCron(expression)).toEqual({ result: 'wrong_field', field });
  });

  it.each([
    ['', 0],
    ['0 9', 2],
    ['0 9 * *', 4],
    ['61 0 9 * * *', 6],
    ['0 0 9 * * 1-5 * *', 8],
    ['@noon', 1],
  ])('counts the fields if their number is wrong: "%s"', (expression, count) => {
    expect(checkCron(expression)).toEqual({ result: 'wrong_count', count });
  });

  it.each([
    ['0 0 9 * * 1-5', '0 9 * * 1-5'],
    ['0 0 9 * * MON-FRI', '0 9 * * MON-FRI'],
    ['30 0 9 1 JAN *', '0 9 1 JAN *'],
    ['0 0 9 ? * MON-FRI', '0 9 * * MON-FRI'],
    ['0 0 9 ? * 2-6', '0 9 * * MON-FRI'],
    ['0 0/15 8-17 * * ?', '*/15 8-17 * * *'],
    ['0 5/20 * * * ?', '5-59/20 * * * *'],
    ['0 0 12 L * ?', '0 12 L * *'],
    ['0 15 10 ? * 6L', '15 10 * * FRIL'],
    ['0 15 10 ? * 6#3', '15 10 * * FRI#3'],
    ['0 15 10 ? * 2,4,6', '15 10 * * MON,WED,FRI'],
  ])('rewrites an expression with seconds: %s', (expression, replacement) => {
    expect(checkCron(expression)).toEqual({ result: 'other_dialect', extra: 'seconds', replacement });
  });

  it('rewrites an expression with a year, and says whether the year restricts it', () => {
    const replacement = '0 9 * * MON-FRI';
    expect(checkCron('0 0 9 ? * 2-6 *')).toEqual({ result: 'other_dialect', extra: 'any_year', replacement });
    expect(checkCron('0 0 9 ? * MON-FRI 2027-2030')).toEqual({
      result: 'other_dialect',
      extra: 'one_year',
      replacement,
    });
  });

  it('offers no replacement for several runs a minute, or for days that five fields cannot express', () => {
    expect(checkCron('*/10 * * * * *')).toEqual({
      result: 'other_dialect',
      extra: 'several_seconds',
      replacement: null,
    });
    expect(checkCron('0 0 9 L-3 * ?')).toEqual({
      result: 'other_dialect',
      extra: 'seconds',
      replacement: null,
    });
  });
});
