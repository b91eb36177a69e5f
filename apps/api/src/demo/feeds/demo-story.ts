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
