import type { BsonDocument } from '../bson/bson-document.js';
import type { StringOrder } from '../bson/compare-values.js';
import { isDocument, toNumber } from '../bson/value-type.js';
import { badValue } from '../server-error.js';

const SENSITIVITY: Record<number, Intl.CollatorOptions['sensitivity']> = {
  1: 'base',
  2: 'accent',
  3: 'variant',
};

/** Returns the order of strings in a collation; undefined for the simple one, which compares bytes. */
export function createStringOrder(collation: unknown): StringOrder | undefined {
  if (!isDocument(collation) || collation.locale === undefined || collation.locale === 'simple')
    return undefined;
  try {
    const collator = new Intl.Collator(
      String(collation.locale).replace('_', '-'),
      readCollatorOptions(collation),
    );
    return (a, b) => collator.compare(a, b);
  } catch {
    throw badValue(`Field 'locale' is invalid in: ${JSON.stringify(collation)}`);
  }
}

function readCollatorOptions(collation: BsonDocument): Intl.CollatorOptions {
  const sensitivity = SENSITIVITY[toNumber(collation.strength) ?? 3] ?? 'variant';
  const withCase = sensitivity === 'base' ? 'case' : 'variant';
  const { caseFirst } = collation;
  return {
    sensitivity: collation.caseLevel === true ? withCase : sensitivity,
    numeric: collation.numericOrdering === true,
    caseFirst: caseFirst === 'upper' || caseFirst === 'lower' ? caseFirst : 'false',
    ignorePunctuation: collation.alternate === 'shifted',
  };
}
