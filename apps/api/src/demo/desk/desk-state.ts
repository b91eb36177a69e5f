import type { InletClient } from '@inlet/client';
import type { JobView } from '@inlet/contracts';
import type { DeskReceiver, ReceivedBatch } from './desk-receiver.js';
import type { ReceivedStory } from './received-story.js';
import type { StoryShelf } from './story-shelf.js';

/** A delivery without its rows, which the page asks for one by one. */
interface BatchLine extends Omit<ReceivedBatch, 'event'> {
  readonly type: string | null;
  readonly label: string | null;
  readonly rows: number | null;
}

/** What the desk's page shows. */
export interface DeskState {
  readonly storyCount: number;
  /** Those that came last are first. */
  readonly stories: readonly ReceivedStory[];
  /** Newest first. */
  readonly batches: readonly BatchLine[];
  readonly jobs: readonly JobView[];
}

const STORIES_SHOWN = 100;
const MOST_JOBS = 50;

/** As it is now; the jobs come over the REST API, as a host's backend reads them. */
export async function readDeskState(options: {
  inlet: InletClient;
  userId: string;
  shelf: StoryShelf;
  receiver: DeskReceiver;
}): Promise<DeskState> {
  const { inlet, userId, shelf, receiver } = options;
  const { items: jobs } = await inlet.importJobs.listOfUser(userId).page({ limit: MOST_JOBS });
  const { stories } = shelf;
  return {
    storyCount: stories.length,
    stories: stories.slice(0, STORIES_SHOWN),
    batches: receiver.batches.map(toLine),
    jobs,
  };
}

function toLine({ event, ...batch }: ReceivedBatch): BatchLine {
  return {
    ...batch,
    type: event?.type ?? null,
    label: event?.data.label ?? null,
    rows: event?.type === 'import.records' ? event.data.rows.length : null,
  };
}
