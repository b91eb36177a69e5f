import type { DemoStory } from './demo-story.js';
import { fillSlots } from './fill-slots.js';

/** A story before its names and numbers are filled in: `{island}`, `{count}` and so on, see `fill-slots.ts`. */
interface Draft {
  readonly title: string;
  readonly summary: string;
  readonly section: string;
  readonly topics: readonly string[];
}

export interface Publication {
  /** In addresses: `gazette`. */
  readonly slug: string;
  readonly name: string;
  readonly about: string;
  /** A new story comes this often. */
  readonly everyMinutes: number;
  /** Stories in the feed at a time. */
  readonly shown: number;
  readonly authors: readonly string[];
  readonly drafts: readonly Draft[];
  /** From this many stories of age on, the summary ends with this sentence, so that there is something that changes. */
  readonly correction?: { readonly fromAge: number; readonly sentence: string };
}

const MINUTE_MS = 60_000;

/** The number of the newest story at this time. */
export const newestNumber = ({ everyMinutes }: Publication, now: Date): number =>
  Math.floor(now.getTime() / (everyMinutes * MINUTE_MS));

/** The stories that the feed shows at this time, the newest first. The same time gives the same stories. */
export function storiesAt(
  publication: Publication,
  { now, baseUrl }: { now: Date; baseUrl: string },
): readonly DemoStory[] {
  const newest = newestNumber(publication, now);
  return Array.from({ length: publication.shown }, (_, age) =>
    storyOf(publication, { number: newest - age, age, baseUrl }),
  );
}

/** @param options.age how many stories came after it */
export function storyOf(
  publication: Publication,
  { number, age, baseUrl }: { number: number; age: number; baseUrl: string },
): DemoStory {
  const { slug, authors, drafts, correction, everyMinutes } = publication;
  const draft = drafts[number % drafts.length]!;
  const isCorrected = correction !== undefined && age >= correction.fromAge;
  const summary = isCorrected ? `${draft.summary} ${correction.sentence}` : draft.summary;
  return {
    id: `${slug}-${number}`,
    number,
    title: fillSlots(draft.title, number),
    summary: fillSlots(summary, number),
    author: authors[(number * 7) % authors.length]!,
    section: draft.section,
    topics: draft.topics.map((topic) => fillSlots(topic, number)),
    publishedAt: new Date(number * everyMinutes * MINUTE_MS),
    url: `${baseUrl}/demo/stories/${slug}/${number}`,
    imageUrl: `${baseUrl}/demo/pictures/${slug}-${number}.svg`,
  };
}
