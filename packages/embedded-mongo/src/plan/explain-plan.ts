import type { BsonDocument } from '../bson/bson-document.js';
import { isWholeScan, type Plan, type Scan } from './plan.js';

/** Describes a plan as the `explain` command of MongoDB does. */
export function explainPlan(plan: Plan, filter: BsonDocument): BsonDocument {
  const read =
    plan.kind === 'union' ? { stage: 'OR', inputStages: plan.branches.map(explainScan) } : explainScan(plan);
  const tested = plan.isExact ? read : { stage: 'FETCH', filter, inputStage: read };
  return plan.isSorted ? tested : { stage: 'SORT', inputStage: tested };
}

function explainScan(scan: Scan): BsonDocument {
  const direction = scan.isReverse ? 'backward' : 'forward';
  if (scan.kind === 'index') {
    const { name, key, multikey, unique, sparse, partialFilterExpression } = scan.index.definition;
    return {
      stage: 'IXSCAN',
      indexName: name,
      keyPattern: key,
      isMultiKey: multikey === true,
      isUnique: unique === true,
      isSparse: sparse === true,
      isPartial: partialFilterExpression !== undefined,
      direction,
      ranges: scan.ranges.length,
    };
  }
  return isWholeScan(scan)
    ? { stage: 'COLLSCAN', direction }
    : { stage: 'IDHACK', ranges: scan.ranges.length };
}
