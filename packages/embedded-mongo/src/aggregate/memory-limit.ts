import type { BsonDocument } from '../bson/bson-document.js';
import { bsonClass, isDocument } from '../bson/value-type.js';
import { PAUSE, type Pausing } from '../query/pausing.js';
import { ServerError } from '../server-error.js';

const LIMIT_BYTES = 64 * 1024 * 1024;

/** Limits the memory of a stage. */
export class MemoryLimit {
  private readonly stageName: string;
  private bytes = 0;

  constructor(stageName: string) {
    this.stageName = stageName;
  }

  /** @throws ServerError 146 if the stage exceeds its limit. */
  add(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes <= LIMIT_BYTES) return;
    const limit = `${LIMIT_BYTES / 2 ** 20} MB`;
    throw new ServerError(
      146,
      'ExceededMemoryLimit',
      `${this.stageName} would hold more than ${limit} in memory; match or project less before it`,
    );
  }
}

export function* collectWithinLimit(
  source: Pausing<BsonDocument>,
  stageName: string,
): Generator<typeof PAUSE, BsonDocument[], void> {
  const limit = new MemoryLimit(stageName);
  const documents: BsonDocument[] = [];
  for (const step of source) {
    if (step === PAUSE) {
      yield PAUSE;
      continue;
    }
    limit.add(approximateBytes(step));
    documents.push(step);
  }
  return documents;
}

const VALUE_BYTES = 16;

/** Estimates the memory of a decoded value. */
export function approximateBytes(value: unknown): number {
  if (typeof value === 'string') return VALUE_BYTES + value.length;
  if (Array.isArray(value))
    return value.reduce<number>((sum, element) => sum + approximateBytes(element), VALUE_BYTES);
  if (bsonClass(value) === 'Binary') return 4 * VALUE_BYTES + (value as { position: number }).position;
  if (!isDocument(value) || bsonClass(value) !== undefined) return VALUE_BYTES;
  let bytes = 2 * VALUE_BYTES;
  for (const name of Object.keys(value)) bytes += VALUE_BYTES + approximateBytes(value[name]);
  return bytes;
}
