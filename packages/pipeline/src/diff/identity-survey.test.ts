import { describe, expect, test } from 'vitest';
import { createIdentitySurvey } from './identity-survey.js';

type Item = [id: string | undefined, link?: string | undefined];

function survey(items: readonly Item[]) {
  const made = createIdentitySurvey(null);
  for (const [id, link] of items) made.add({ ids: [id], link });
  return made;
}
const basisOf = (items: readonly Item[]) => survey(items).decide().basis;
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
      'without ids whose links never repeat is the link',
      [
        [undefined, 'a'],
        [undefined, 'b'],
      ],
      'link',
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
    ['without ids and links is the content', [[undefined], [undefined]], 'content'],
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

test('a survey counts the items whose id, or else link, an earlier one has', () => {
  const made = survey([['1', 'a'], ['1', 'a'], ['1', 'b'], ['2', 'a'], [undefined]]);
  expect([made.items, made.repeats]).toEqual([5, 2]);
});

test('the row keys of the guess stay if the link stands for missing ids, or nothing identifies an item', () => {
  expect(
    survey([
      [undefined, 'a'],
      [undefined, 'b'],
    ]).decide().isGuessRight,
  ).toBe(true);
  expect(survey([[undefined], [undefined]]).decide().isGuessRight).toBe(true);
  expect(survey([['1'], ['1']]).decide().isGuessRight).toBe(false);
});

describe('the identity of records that are no feed', () => {
  const decide = (ids: readonly string[], rows: readonly (readonly (string | undefined)[])[]) => {
    const made = createIdentitySurvey({ ids, link: 'url' });
    for (const row of rows) made.add({ ids: row.slice(0, ids.length), link: row[ids.length] });
    return made.decide();
  };

  test('is the first id that never repeats', () => {
    const rows = many(20, (n) => [`${n % 2}`, `${n}`]).map(([id, sku]) => [id, sku, 'a']);
    expect(decide(['id', 'sku'], rows)).toEqual({
      basis: 'id',
      paths: { id: 'sku', link: 'url' },
      isGuessRight: false,
    });
  });

  test('is no id that some records lack', () => {
    const rows = many(20, (n) => [n === 7 ? undefined : `${n}`, `u${n}`]);
    expect(decide(['id'], rows)).toMatchObject({ basis: 'link', paths: { id: 'id', link: 'url' } });
  });

  test('is both together, or the content', () => {
    expect(
      decide(
        ['id'],
        [
          ['1', 'a'],
          ['1', 'b'],
          ['2', 'a'],
        ],
      ),
    ).toMatchObject({ basis: 'id_and_link' });
    expect(
      decide(
        ['id'],
        [
          ['1', 'a'],
          ['1', 'a'],
          ['2', 'a'],
        ],
      ),
    ).toMatchObject({
      basis: 'content',
      paths: null,
    });
    const nothing = createIdentitySurvey({ ids: [], link: null });
    nothing.add({ ids: [], link: undefined });
    expect(nothing.decide()).toEqual({ basis: 'content', paths: null, isGuessRight: true });
  });
});
