import { describe, expect, it } from 'vitest';
import { HeadingStats } from './heading-stats.js';

const label = (path: string) => path.replaceAll('/', ' > ');

function statsOf(records: [string, string][][]): HeadingStats {
  const stats = new HeadingStats();
  for (const record of records) {
    stats.startRecord();
    for (const [path, text] of record) stats.addValue(path, text);
    stats.endRecord();
  }
  return stats;
}

describe('heading statistics', () => {
  it('counts in how many records a path has text, not how many values there are', () => {
    const stats = statsOf([
      [
        ['title', 'A'],
        ['category', 'x'],
        ['category', 'y'],
      ],
      [
        ['title', ''],
        ['category', 'x'],
      ],
      [['title', 'C']],
      [],
    ]);
    expect(stats.records).toBe(4);
    expect(stats.headings(label)).toEqual([
      {
        path: 'title',
        label: 'title',
        coverage: 0.5,
        records: 2,
        samples: ['A', 'C'],
        repeats: false,
        mostRepeats: 1,
        isAboveRecord: false,
        proposedType: 'text',
      },
      {
        path: 'category',
        label: 'category',
        coverage: 0.5,
        records: 2,
        samples: ['x', 'y'],
        repeats: true,
        mostRepeats: 2,
        isAboveRecord: false,
        proposedType: 'text',
      },
    ]);
  });

  it('returns the first records in the order of the headings, with the values above the record in each', () => {
    const stats = new HeadingStats();
    stats.addAboveRecord('/rss/channel/title', 'Shop');
    stats.startRecord();
    stats.addValue('tag', 'a');
    stats.addValue('tag', 'b');
    stats.endRecord();
    stats.startRecord();
    stats.addValue('id', '7');
    stats.endRecord();
    expect(stats.headings(label).map(({ path }) => path)).toEqual(['tag', 'id', '/rss/channel/title']);
    expect(stats.sampleRecords()).toEqual([
      ['a, b', null, 'Shop'],
      [null, '7', 'Shop'],
    ]);
  });

  it('keeps names that objects have by themselves apart', () => {
    const stats = statsOf([
      [
        ['constructor', '1'],
        ['__proto__', '2'],
      ],
    ]);
    expect(stats.headings(label).map(({ path, samples }) => [path, samples])).toEqual([
      ['constructor', ['1']],
      ['__proto__', ['2']],
    ]);
  });

  it('stops at a thousand paths', () => {
    const stats = new HeadingStats();
    stats.startRecord();
    for (let n = 0; n < 5000; n += 1) stats.addValue(`field${n}`, 'x');
    stats.endRecord();
    expect(stats.headings(label)).toHaveLength(1000);
  });

  it.each([
    [['1', '20', '-3'], 'integer'],
    [['1.5', '2'], 'number'],
    [['00123', '00124'], 'text'],
    [['4006381333931123456789'], 'text'],
    [['2024-01-31', '2024-02-01'], 'date'],
    [['Sat, 23 Jan 2016 15:40:37 +0000', '2016-01-23T15:40:37Z'], 'date_time'],
    [['true', 'false'], 'boolean'],
    [['a@example.com'], 'email'],
    [['https://example.com/a.jpg?w=1', 'http://example.com/b.PNG'], 'image_url'],
    [['https://example.com/a.jpg', 'https://example.com/b'], 'url'],
    [['+49 30 123456'], 'phone'],
    [['1', 'two'], 'text'],
    [['', ' '], 'text'],
  ])('proposes a type that all of %j have: %s', (values, type) => {
    const stats = statsOf(values.map((value) => [['v', value]]));
    expect(stats.headings(label)[0]?.proposedType).toBe(type);
  });
});
