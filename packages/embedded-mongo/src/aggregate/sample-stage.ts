import type { BsonDocument } from '../bson/bson-document.js';
import { toNumber } from '../bson/value-type.js';
import { PAUSE, type Pausing } from '../query/pausing.js';
import { locationError } from '../server-error.js';
import { documentOperand, type Stage } from './pipeline.js';

/** `$sample`: reservoir sampling (Vitter's algorithm R), which holds no more than the sample. */
export function* sampleStage(source: Pausing<BsonDocument>, stage: Stage): Pausing<BsonDocument> {
  const size = toNumber(documentOperand(stage).size);
  if (size === undefined || size < 0)
    throw locationError(28747, 'size argument to $sample must be a positive number');
  const sample: BsonDocument[] = [];
  let seen = 0;
  for (const step of source) {
    if (step === PAUSE) {
      yield PAUSE;
      continue;
    }
    seen++;
    const position = seen <= size ? seen - 1 : Math.floor(Math.random() * seen);
    if (position < size) sample[position] = step;
  }
  yield* sample;
}
