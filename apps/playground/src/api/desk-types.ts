import type { JobView, WebhookEvent } from '@inlet/contracts';

export type Job = JobView;

export interface Story {
  readonly key: string;
  readonly jobId: string;
  readonly source: string;
  readonly title: string;
  readonly url: string;
  readonly published: string | null;
  readonly author: string | null;
  readonly topics: readonly string[];
  readonly summary: string | null;
  readonly image: string | null;
  readonly receivedAt: string;
  readonly changedAt: string | null;
}

export interface Batch {
  readonly number: number;
  readonly id: string;
  readonly receivedAt: string;
  readonly isVerified: boolean;
  readonly refusal: string | null;
  readonly bytes: number;
  readonly type: string | null;
  readonly label: string | null;
  readonly rows: number | null;
}

/** A batch as it was received. */
export interface WholeBatch {
  readonly event: WebhookEvent | null;
}

export interface FeedAddress {
  readonly name: string;
  readonly format: string;
  readonly about: string;
  readonly url: string;
}

/** `GET /demo/config` of the desk's backend. */
export interface DeskConfig {
  readonly publishableKey: string;
  readonly templateCode: string;
  readonly user: { readonly id: string; readonly name: string; readonly role: string };
  readonly feeds: readonly FeedAddress[];
}

/** `GET /demo/state` of the desk's backend. */
export interface DeskState {
  readonly storyCount: number;
  readonly stories: readonly Story[];
  readonly batches: readonly Batch[];
  readonly jobs: readonly Job[];
}
