import { describe, expect, it } from 'vitest';
import { explainExtraFields, readForeignCron } from './foreign-cron.js';

describe('explainExtraFields', () => {
  it.each([
    [
      '0 30 9 * * MON-FRI',
      'This has six fields, as Quartz and Spring write them; leave out the seconds: "30 9 * * MON-FRI".',
    ],
    [
      ' 0  0 12 ? * 2-6 ',
      'This has six fields, as Quartz and Spring write them; leave out the seconds: "0 12 * * MON-FRI".',
    ],
    [
      '0 0 12 1/1 * ? *',
      'This has seven fields, as Quartz writes them; leave out the seconds and the year: "0 12 1-31/1 * *".',
    ],
    [
      '0 15 10 L * ? 2030',
      'This has seven fields, as Quartz writes them; leave out the seconds and the year: "15 10 L * *".',
    ],
    ['0 9 ? * 2 2030', 'This has six fields, as AWS writes them; leave out the year: "0 9 * * MON".'],
    [
      '0 0/5 * * * *',
      'This has six fields, as Quartz and Spring write them; leave out the seconds: "*/5 * * * *".',
    ],
    [
      '*/10 * * * * *',
      'This has six fields, as Quartz and Spring write them; leave out the seconds: "* * * * *".',
    ],
  ])('explains %j', (expression, sentence) => {
    expect(explainExtraFields(expression)).toBe(sentence);
  });

  it.each(['', '0 9 * * *', '@daily', 'a b c d e f', '0 0 99 * * *', '1 2 3 4 5 6 7 8'])(
    'has nothing to say about %j',
    (expression) => {
      expect(explainExtraFields(expression)).toBeNull();
    },
  );
});

describe('readForeignCron', () => {
  it('tells the fields apart and writes them in five fields', () => {
    expect(readForeignCron(' 0 0/15 8-17 ? * 2-6 2030 ')).toEqual({
      seconds: '0',
      hasSeveralSeconds: false,
      year: '2030',
      fields: ['0/15', '8-17', '?', '*', '2-6'],
      replacement: '*/15 8-17 * * MON-FRI',
    });
    expect(readForeignCron('0 9 ? * 2 2030')).toMatchObject({
      seconds: null,
      year: '2030',
      replacement: '0 9 * * MON',
    });
  });

  it.each([
    ['*/10 * * * * *', true],
    ['0 0 9 L-3 * ?', false],
  ])('has no replacement if five fields cannot express it: %s', (expression, hasSeveralSeconds) => {
    expect(readForeignCron(expression)).toMatchObject({ hasSeveralSeconds, replacement: null });
  });

  it.each(['', '0 9 * * *', '@daily', '1 2 3 4 5 6 7 8'])(
    'is not one by its number of fields: %j',
    (text) => {
      expect(readForeignCron(text)).toBeNull();
    },
  );
});
