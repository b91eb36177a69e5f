import { z } from 'zod';

/** A story as the desk keeps it: what a delivered row said, and when. */
export const receivedStorySchema = z.object({
  /** Of job and row: the same story has the same key in every delivery. */
  key: z.string(),
  jobId: z.string(),
  /** Name of the import that it came with. */
  source: z.string(),
  title: z.string(),
  url: z.string(),
  published: z.string().nullable(),
  author: z.string().nullable(),
  topics: z.array(z.string()),
  summary: z.string().nullable(),
  image: z.string().nullable(),
  receivedAt: z.string(),
  /** When it was delivered as changed; null for a story that came once. */
  changedAt: z.string().nullable(),
});
export type ReceivedStory = z.infer<typeof receivedStorySchema>;
