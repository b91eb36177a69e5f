import { singular, tokensOf } from '../values/name-words.js';

/** A list inside the records of another one, or the list around it. */
export interface ListWeight {
  /** The name of the list or of its elements. */
  readonly name: string;
  /** Different fields of its records, without those of lists inside. */
  readonly fields: number;
  /** Values of all records. */
  readonly values: number;
}

/** A record with so many fields is described in full: it is no group of the parts inside it. */
const DESCRIBED_FIELDS = 8;
/** How many times the values of the list around it a list of records must have. */
const MOST = 2;

/** Lists of parts and details, in the singular. Their records are no rows without what they belong to. */
const PARTS: ReadonlySet<string> = new Set(
  'variant variation option offer size color colour sku price tier stock inventory warehouse line position image photo picture media thumbnail gallery video audio enclosure attachment file document download chapter review comment reply rating attribute feature property param parameter spec specification field metafield tag category label author contributor performer artist speaker person contact phone email link address location coordinate translation section paragraph text description history event log status change'.split(
    ' ',
  ),
);
/** Records whose inner lists are their parts, whatever these are called. */
const WHOLES: ReadonlySet<string> = new Set(
  'order invoice receipt cart basket purchase shipment payment transaction'.split(' '),
);

/** The last word of a name: `line` for `orderLines`. */
const kindOf = (name: string): string => singular(tokensOf(name)).at(-1) ?? '';

/** Whether the name of a list says that its records are parts, such as `variants`, `media:content` or `order_lines`. */
const isPart = (name: string): boolean => name.startsWith('media:') || PARTS.has(kindOf(name));

/**
 * Whether the records of an inner list are the rows of a file, and those around it only groups, such as categories of
 * products: if the inner list holds most of the values. Parts, such as variants of a product or lines of an order, stay
 * with their record, unless it has few fields and its parts more.
 */
export function isMainList(inner: ListWeight, outer: ListWeight): boolean {
  if (inner.values <= outer.values) return false;
  const isRicher = outer.fields <= 1 || inner.fields > outer.fields;
  if (isRicher && outer.fields < DESCRIBED_FIELDS) return true;
  if (isPart(inner.name) || WHOLES.has(kindOf(outer.name))) return false;
  return inner.values > MOST * outer.values && inner.fields * 2 >= outer.fields && inner.fields > 2;
}
