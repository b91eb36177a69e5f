import type { EventAbout } from '@inlet/contracts';
import type { Delivery } from '../ports/model.js';

export interface BodyParts {
  readonly about: EventAbout;
  /** Number of batches of the run. */
  readonly batches: number;
  readonly content: Buffer;
}

type Envelope = Pick<Delivery, 'type' | 'number' | 'createdAt' | 'replayOf'>;

/**
 * Builds the body to sign: the same bytes at every attempt. Its parts stay apart, because the content may be large.
 */
export function buildBody(delivery: Envelope, { content, ...parts }: BodyParts): readonly Buffer[] {
  const head = headOf(delivery);
  if (delivery.type !== 'import.records') return [Buffer.from(head), content, Buffer.from('}')];
  const { opening, end } = batchFrame(delivery, parts);
  return [Buffer.from(head + opening), content, Buffer.from(end)];
}

export const bytesOf = (body: readonly Buffer[]): number => body.reduce((sum, { length }) => sum + length, 0);

function headOf({ type, createdAt, replayOf }: Envelope): string {
  const mark = replayOf === null ? '' : `"replayOf":"${replayOf}",`;
  return `{"type":"${type}","timestamp":"${createdAt.toISOString()}",${mark}"data":`;
}

function batchFrame({ number }: Envelope, { about, batches }: Omit<BodyParts, 'content'>) {
  const batch = `,"batch":{"number":${number},"of":${batches}},"rows":[`;
  return { opening: JSON.stringify(about).slice(0, -1) + batch, end: ']}}' };
}

const LARGEST_NUMBER = 9_999_999;
const LARGEST_ENVELOPE: Envelope = {
  type: 'import.records',
  number: LARGEST_NUMBER,
  createdAt: new Date(0),
  replayOf: `dlv_${'0'.repeat(26)}`,
};

/** The most bytes that the body of a batch has beside those of its rows, also when it is sent again. */
export function frameBytes(about: EventAbout): number {
  return bytesOf(buildBody(LARGEST_ENVELOPE, { about, batches: LARGEST_NUMBER, content: Buffer.alloc(0) }));
}
