import { expect, test } from 'vitest';
import { keepMade } from './keep-made.js';

test('makes each value once', () => {
  const made: string[] = [];
  const get = keepMade((key) => {
    made.push(key);
    return { key };
  });
  expect(get('de')).toBe(get('de'));
  expect(get('en')).toEqual({ key: 'en' });
  expect(made).toEqual(['de', 'en']);
});

test('stays bounded, whatever keys callers send', () => {
  let made = 0;
  const get = keepMade(() => {
    made += 1;
    return made;
  });
  for (let key = 0; key < 2000; key += 1) get(`${key}`);
  get('0');
  expect(made).toBe(2001);
  get('0');
  expect(made).toBe(2001);
});

test('does not keep an error', () => {
  let attempts = 0;
  const get = keepMade((key) => {
    attempts += 1;
    if (attempts === 1) throw new RangeError(key);
    return key;
  });
  expect(() => get('x')).toThrow(RangeError);
  expect(get('x')).toBe('x');
});
