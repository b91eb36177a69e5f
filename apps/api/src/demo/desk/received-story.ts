import { z } from 'zod';

/** A story in the desk's store: the delivered row and when it came. */
export const receivedStorySchema = z.object({
  /** Made of job and row key, so that a story has the same key in every delivery. */
  key: z.string(),
  jobId: z.string(),
  /** Name of the import that delivered it. */
  source: z.string(),
  title: z.string(),
  url: z.string(),
  published: z.string().nullable(),
  author: z.string().nullable(),
  topics: z.array(z.string()),
  summary: z.string().nullable(),
  image: z.string().nullable(),
  receivedAt: z.string(),
  /** Time of its last change; null if it was delivered once. */
  changedAt: z.string().nullable(),
});
export type ReceivedStory = z.infer<typeof receivedStorySchema>;
