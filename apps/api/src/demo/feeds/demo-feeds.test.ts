import { describe, expect, it } from 'vitest';
import { DEMO_FEEDS } from './demo-feeds.js';
import { storiesAt } from './publication.js';

const baseUrl = 'http://127.0.0.1:4000';
const at = (time: string) => ({ now: new Date(`2026-01-05T${time}Z`), baseUrl });

describe.each(DEMO_FEEDS)('the demo feed $file', ({ publication, write }) => {
  it('depends only on the time', () => {
    expect(write(at('09:00:10'))).toBe(write(at('09:00:50')));
  });

  it('adds a new story in front and drops the oldest', () => {
    const { everyMinutes } = publication;
    const before = storiesAt(publication, at('09:00:00'));
    const after = storiesAt(publication, at(`09:0${everyMinutes}:00`));
    expect(after.slice(1).map(({ id }) => id)).toEqual(before.slice(0, -1).map(({ id }) => id));
    expect(before.some(({ id }) => id === after[0]?.id)).toBe(false);
  });

  it('has no two equal stories and no unfilled placeholder', () => {
    const stories = storiesAt(publication, at('09:00:00'));
    expect(new Set(stories.map(({ title }) => title)).size).toBe(stories.length);
    expect(stories.filter(({ title, summary }) => /[{}]/.test(title + summary))).toEqual([]);
  });
});

describe('the stories of the Gazette', () => {
  it('are corrected once, seven minutes after they appear', () => {
    const gazette = DEMO_FEEDS[0]?.publication;
    if (!gazette) throw new Error('there is no feed');
    const corrected = (time: string) =>
      storiesAt(gazette, at(time)).map(({ summary }) => summary.includes('Correction:'));
    expect(corrected('09:00:00')).toEqual([...Array(7).fill(false), ...Array(5).fill(true)]);
  });
});
