import { fillSlots } from './fill-slots.js';

/** One story of a made-up publication. */
export interface DemoStory {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly summary: string;
  readonly author: string;
  readonly section: string;
  readonly topics: readonly string[];
  readonly publishedAt: Date;
  readonly url: string;
  readonly imageUrl: string;
}

/** A story template with placeholders such as `{island}` and `{count}`, see `fill-slots.ts`. */
interface Draft {
  readonly title: string;
  readonly summary: string;
  readonly section: string;
  readonly topics: readonly string[];
}

export interface Publication {
  /** Name in addresses: `gazette`. */
  readonly slug: string;
  readonly name: string;
  readonly about: string;
  /** Time between two stories. */
  readonly everyMinutes: number;
  /** Number of stories in the feed. */
  readonly shown: number;
  readonly authors: readonly string[];
  readonly drafts: readonly Draft[];
  /** After this many newer stories, this sentence is appended to the summary, so that some rows change. */
  readonly correction?: { readonly fromAge: number; readonly sentence: string };
}

const MINUTE_MS = 60_000;

/** The number of the newest story at a given time. */
export const newestNumber = ({ everyMinutes }: Publication, now: Date): number =>
  Math.floor(now.getTime() / (everyMinutes * MINUTE_MS));

/** The stories in the feed at a given time, the newest first. The same time always yields the same stories. */
export function storiesAt(
  publication: Publication,
  { now, baseUrl }: { now: Date; baseUrl: string },
): readonly DemoStory[] {
  const newest = newestNumber(publication, now);
  return Array.from({ length: publication.shown }, (_, age) =>
    storyOf(publication, { number: newest - age, age, baseUrl }),
  );
}

interface StoryPlace {
  readonly number: number;
  /** Number of newer stories. */
  readonly age: number;
  readonly baseUrl: string;
}

export function storyOf(publication: Publication, { number, age, baseUrl }: StoryPlace): DemoStory {
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
