import type { InletClient } from '@inlet/client';
import type { JobView } from '@inlet/contracts';
import type { DeskReceiver, ReceivedBatch } from './desk-receiver.js';
import type { ReceivedStory, StoryShelf } from './story-shelf.js';

/** A delivery without its rows, which the page requests separately. */
interface BatchLine extends Omit<ReceivedBatch, 'event'> {
  readonly type: string | null;
  readonly label: string | null;
  readonly rows: number | null;
}

/** The data of the desk's page. */
export interface DeskState {
  readonly storyCount: number;
  /** The latest first. */
  readonly stories: readonly ReceivedStory[];
  /** Newest first. */
  readonly batches: readonly BatchLine[];
  readonly jobs: readonly JobView[];
}

const STORIES_SHOWN = 100;
const MOST_JOBS = 50;

/** Reads the current state; the jobs come from the REST API, as in a host's backend. */
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
