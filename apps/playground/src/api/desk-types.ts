import type { DeliveryView, EventAbout, JobView, ProjectSecrets, WebhookEvent } from '@inlet/contracts';

export type Job = JobView;

/** A delivered row as the desk's backend stores it. */
export interface Story extends Pick<EventAbout, 'jobId'> {
  readonly key: string;
  readonly source: EventAbout['label'];
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

/** A delivery attempt as the desk received it. `number` counts the received attempts. */
export interface Batch extends Readonly<Pick<DeliveryView, 'number' | 'id' | 'bytes'>> {
  readonly receivedAt: string;
  readonly isVerified: boolean;
  readonly refusal: string | null;
  readonly type: WebhookEvent['type'] | null;
  readonly label: EventAbout['label'] | null;
  readonly rows: DeliveryView['rows'] | null;
}

/** A batch with its body. */
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
export interface DeskConfig
  extends Readonly<Pick<ProjectSecrets, 'publishableKey'> & Pick<EventAbout, 'templateCode'>> {
  readonly user: { readonly id: string; readonly name: string; readonly role: string };
  readonly files: { readonly templateCode: string; readonly sampleUrl: string };
  readonly feeds: readonly FeedAddress[];
}

/** `GET /demo/state` of the desk's backend. */
export interface DeskState {
  readonly storyCount: number;
  readonly stories: readonly Story[];
  readonly batches: readonly Batch[];
  readonly jobs: readonly Job[];
}
