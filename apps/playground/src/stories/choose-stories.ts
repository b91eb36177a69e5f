import type { Story } from '../api/desk-types.js';

export type StoryChoice =
  | { readonly kind: 'all' }
  | { readonly kind: 'changed' }
  | { readonly kind: 'source'; readonly jobId: string };

export const ALL_STORIES: StoryChoice = { kind: 'all' };
export const CHANGED_STORIES: StoryChoice = { kind: 'changed' };

export const isSameChoice = (a: StoryChoice, b: StoryChoice): boolean =>
  a.kind === b.kind && (a.kind !== 'source' || (b.kind === 'source' && a.jobId === b.jobId));

/** Returns the stories of the selected import that contain all words of the search. */
export function chooseStories(
  stories: readonly Story[],
  { choice, search }: { choice: StoryChoice; search: string },
): readonly Story[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return stories.filter((story) => {
    if (choice.kind === 'changed' && story.changedAt === null) return false;
    if (choice.kind === 'source' && story.jobId !== choice.jobId) return false;
    const text = [story.title, story.summary, story.author, ...story.topics].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
