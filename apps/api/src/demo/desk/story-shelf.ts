import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeliveredRow, RecordsEvent } from '@inlet/contracts';
import { z } from 'zod';

const FILE = 'demo-stories.json';
const KEPT = 500;

/** A story in the desk's store: the delivered row and when it came. */
const receivedStorySchema = z.object({
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

/** The stories of the desk, kept in a file instead of a host's database. */
export interface StoryShelf {
  /** The latest first. */
  readonly stories: readonly ReceivedStory[];
  /** Stores the rows of a delivery; the same delivery twice changes nothing. Resolves once they are stored. */
  put(event: RecordsEvent, receivedAt: string): Promise<void>;
}

export async function openStoryShelf({ dataDir }: { dataDir: string }): Promise<StoryShelf> {
  const path = join(dataDir, FILE);
  const byKey = new Map((await readStories(path)).map((story) => [story.key, story]));
  let saving = Promise.resolve();
  const save = (): Promise<void> => {
    saving = saving.catch(() => undefined).then(() => replaceFile(path, JSON.stringify([...byKey.values()])));
    return saving;
  };
  return {
    get stories() {
      return [...byKey.values()].reverse();
    },
    async put({ data }, receivedAt) {
      // From the end, because feeds begin with the newest story.
      for (const row of [...data.rows].reverse()) {
        const key = `${data.jobId}/${row.rowKey}`;
        const before = byKey.get(key);
        if (row.change === 'removed') byKey.delete(key);
        else if (row.change === 'rekeyed')
          moveStory(byKey, { from: `${data.jobId}/${row.previousRowKey}`, to: key });
        else byKey.set(key, toStory({ row, key, before, receivedAt, data }));
      }
      for (const key of [...byKey.keys()].slice(0, Math.max(0, byKey.size - KEPT))) byKey.delete(key);
      await save();
    },
  };
}

function moveStory(byKey: Map<string, ReceivedStory>, { from, to }: { from: string; to: string }): void {
  const story = byKey.get(from);
  byKey.delete(from);
  if (story) byKey.set(to, { ...story, key: to });
}

/** Starts empty if the file is missing or was written by another version. */
async function readStories(path: string): Promise<readonly ReceivedStory[]> {
  const text = await readFile(path, 'utf8').catch(() => '[]');
  try {
    return z.array(receivedStorySchema).parse(JSON.parse(text));
  } catch {
    return [];
  }
}

async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

interface Arrival {
  readonly row: DeliveredRow;
  readonly key: string;
  readonly before: ReceivedStory | undefined;
  readonly receivedAt: string;
  readonly data: RecordsEvent['data'];
}

function toStory({ row, key, before, receivedAt, data }: Arrival): ReceivedStory {
  const text = (column: string): string | null => {
    const value = row.values?.[column];
    return value === null || value === undefined ? null : String(value);
  };
  const topics = row.values?.topics;
  return {
    key,
    jobId: data.jobId,
    source: data.label,
    title: text('title') ?? '',
    url: text('url') ?? '',
    published: text('published'),
    author: text('author'),
    topics: Array.isArray(topics) ? topics : (text('topics')?.split(', ') ?? []),
    summary: text('summary'),
    image: text('image'),
    receivedAt: before?.receivedAt ?? receivedAt,
    changedAt: row.change === 'updated' ? receivedAt : (before?.changedAt ?? null),
  };
}
