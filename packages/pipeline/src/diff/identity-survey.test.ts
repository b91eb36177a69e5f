import { describe, expect, test } from 'vitest';
import { createIdentitySurvey } from './identity-survey.js';

type Item = [id: string | undefined, link?: string | undefined];

function survey(items: readonly Item[]) {
  const made = createIdentitySurvey();
  for (const [id, link] of items) made.add({ id, link });
  return made;
}
const basisOf = (items: readonly Item[]) => survey(items).decideBasis();
const many = (count: number, item: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => item(index));

describe('the basis of a file', () => {
  test.each<[string, readonly Item[], string]>([
    [
      'whose ids never repeat is the id',
      [
        ['1', 'a'],
        ['2', 'a'],
        ['3', 'a'],
      ],
      'id',
    ],
    [
      'without ids whose links never repeat is the id, which means the link',
      [
        [undefined, 'a'],
        [undefined, 'b'],
      ],
      'id',
    ],
    [
      'whose ids repeat and links do not is the link',
      [
        ['N/A', 'a'],
        ['N/A', 'b'],
      ],
      'link',
    ],
    [
      'whose ids and links repeat, but never together, is both',
      [
        ['1', 'a'],
        ['1', 'b'],
        ['2', 'a'],
      ],
      'id_and_link',
    ],
    [
      'with one link and no ids is the content',
      [
        [undefined, 'a'],
        [undefined, 'a'],
      ],
      'content',
    ],
    ['whose ids repeat and that has no links is the content', [['1'], ['1'], ['2']], 'content'],
    [
      'whose ids repeat and half of whose items have no link is both',
      [['1', 'a'], ['1', 'b'], ['2'], ['3']],
      'id_and_link',
    ],
    ['without ids and links is the id, on which rows have their content', [[undefined], [undefined]], 'id'],
    ['without items is the id', [], 'id'],
  ])('%s', (_, items, basis) => {
    expect(basisOf(items)).toBe(basis);
  });

  test('is the id if nothing is unique and at most two in a hundred ids repeat', () => {
    const twice: Item = ['0', 'a'];
    expect(basisOf([...many(99, (n) => [`${n}`, 'a']), twice])).toBe('id');
    expect(basisOf([...many(40, (n) => [`${n}`, 'a']), twice])).toBe('content');
  });
});

test('a survey counts the items whose identity an earlier one has', () => {
  const made = survey([['1', 'a'], ['1', 'a'], ['1', 'b'], ['2', 'a'], [undefined]]);
  expect(made.items).toBe(5);
  expect([made.repeatsOf('id'), made.repeatsOf('link'), made.repeatsOf('id_and_link')]).toEqual([2, 2, 1]);
  expect(made.repeatsOf('content')).toBe(0);
});
