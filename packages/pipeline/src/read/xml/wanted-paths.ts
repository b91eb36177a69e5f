import type { AbovePath } from '../enclosing-levels.js';
import { isFeedFieldPath, pathKeys } from '../paths.js';
import { type Condition, parseConditions, prefersHtml } from './condition.js';
import type { NamespaceScope } from './namespace-scope.js';

/** One step of the requested paths, with the requested elements and attributes below it. */
export interface PathNode {
  /** Index of the value for the element's text; -1 if it is not requested. */
  slot: number;
  readonly children: Map<string, PathNode>;
  /** Attribute name to index of its value. */
  readonly attributes: Map<string, number>;
  /** Steps for elements of this name that satisfy conditions. */
  readonly variants: Variant[];
  /** Whether an element of type `text/html` comes before its siblings. */
  prefersHtml: boolean;
}

interface Variant {
  /** Name of the element. */
  readonly element: string;
  readonly conditions: readonly Condition[];
  readonly node: PathNode;
}

export interface WantedPaths {
  /** The record element itself. */
  readonly record: PathNode;
  /** The elements around the record from the root on, each with the paths that begin at it. */
  readonly enclosing: readonly PathNode[];
  readonly count: number;
  /** Indexes of repeated paths of the record: `[index, index of the first]`. */
  readonly copies: readonly (readonly [number, number])[];
  readonly above: readonly AbovePath[];
  /** Indexes of the attributes whose `text/html` value comes first. */
  readonly htmlFirst: ReadonlySet<number>;
  /** Indexes of an item's link and of the permalink that replaces a missing one; the latter is `count`. */
  readonly permalink: { readonly link: number; readonly guid: number } | null;
}

export const newNode = (): PathNode => ({
  slot: -1,
  children: new Map(),
  attributes: new Map(),
  variants: [],
  prefersHtml: false,
});

/** The names in a path, unescaped; unlike keys of JSON they are never empty. */
export const segmentsOf = (path: string): string[] => pathKeys(path).filter((name) => name !== '');

/** By RSS 2.0, a `guid` is the address of its item unless it says otherwise. */
const PERMALINK = "guid[@isPermaLink='true']";

/**
 * Compiles paths for one record path. A path with a leading slash begins at the innermost element that it shares with
 * the record path: for records at `/shop/category/product`, `/shop/category/@name` is the name of the category around
 * the record. An absolute path into the record has no value. `isRssItem` makes the permalink of an item its link if it has none.
 */
export function compilePaths(
  paths: readonly string[],
  recordPath: string,
  { isRssItem = false } = {},
): WantedPaths {
  const recordNames = segmentsOf(recordPath);
  const record = newNode();
  const enclosing = recordNames.slice(1).map(newNode);
  const copies: [number, number][] = [];
  const above: AbovePath[] = [];
  paths.forEach((path, slot) => {
    // rss-parser reads those.
    if (isFeedFieldPath(path)) return;
    const names = path === '.' ? [] : segmentsOf(path);
    if (!path.startsWith('/')) {
      const source = assignSlot(record, names, slot);
      if (source !== slot) copies.push([slot, source]);
      return;
    }
    const shared = countShared(names, recordNames);
    const around = enclosing[shared - 1];
    if (around === undefined) return;
    const source = assignSlot(around, names.slice(shared), slot);
    above.push({ slot, source, depth: shared - 1 });
  });
  const htmlFirst = new Set(nodesOf(record).flatMap((node) => (node.prefersHtml ? slotsOf(node) : [])));
  const link = isRssItem ? paths.indexOf('link') : -1;
  const permalink = link < 0 ? null : { link, guid: assignSlot(record, [PERMALINK], paths.length) };
  return { record, enclosing, count: paths.length, copies, above, htmlFirst, permalink };
}

function countShared(names: readonly string[], others: readonly string[]): number {
  const differs = names.findIndex((name, at) => name !== others[at]);
  return differs < 0 ? names.length : differs;
}

function nodesOf(node: PathNode): PathNode[] {
  const below = [...node.children.values(), ...node.variants.map((variant) => variant.node)];
  return [node, ...below.flatMap(nodesOf)];
}

const slotsOf = ({ attributes }: PathNode): number[] => [...attributes.values()];

/** Assigns the slot to the node or attribute at a path; returns the slot that it already has, if any. */
function assignSlot(top: PathNode, segments: readonly string[], slot: number): number {
  let node = top;
  for (const [index, segment] of segments.entries()) {
    if (segment.startsWith('@') && index === segments.length - 1) {
      const name = segment.slice(1);
      const before = node.attributes.get(name);
      if (before === undefined) node.attributes.set(name, slot);
      return before ?? slot;
    }
    node = childOf(node, segment);
  }
  if (node.slot < 0) node.slot = slot;
  return node.slot;
}

function childOf(node: PathNode, segment: string): PathNode {
  const { name, conditions } = parseConditions(segment);
  let child = node.children.get(name);
  if (child === undefined) {
    child = newNode();
    node.children.set(name, child);
  }
  if (conditions.length === 0) return child;
  const key = JSON.stringify(conditions);
  const known = child.variants.find((variant) => JSON.stringify(variant.conditions) === key);
  if (known !== undefined) return known.node;
  const variant = { element: name, conditions, node: newNode() };
  variant.node.prefersHtml = conditions.some((condition) => prefersHtml(name, condition));
  child.variants.push(variant);
  return variant.node;
}

interface RawElement {
  readonly raw: Uint8Array;
  readonly node: PathNode;
}

/** A step compiled for one scope: raw names as bytes, by their length. */
export interface StepTable {
  readonly elements: readonly (readonly RawElement[] | undefined)[];
  readonly attributes: ReadonlyMap<string, number>;
}

/** Compiles each step once per scope while both are in use. */
export class StepTables {
  private readonly tables = new WeakMap<NamespaceScope, Map<PathNode, StepTable>>();
  private last: { node: PathNode; scope: NamespaceScope; table: StepTable } | null = null;

  tableOf(node: PathNode, scope: NamespaceScope): StepTable {
    const { last } = this;
    if (last !== null && last.node === node && last.scope === scope) return last.table;
    const table = this.lookUp(node, scope);
    this.last = { node, scope, table };
    return table;
  }

  private lookUp(node: PathNode, scope: NamespaceScope): StepTable {
    let ofScope = this.tables.get(scope);
    if (ofScope === undefined) {
      ofScope = new Map();
      this.tables.set(scope, ofScope);
    }
    let table = ofScope.get(node);
    if (table === undefined) {
      table = compileStep(node, scope);
      ofScope.set(node, table);
    }
    return table;
  }
}

function compileStep(node: PathNode, scope: NamespaceScope): StepTable {
  const elements: RawElement[][] = [];
  for (const [name, child] of node.children) {
    for (const raw of scope.rawNames(name, 'element')) {
      const ofLength = elements[raw.length] ?? [];
      ofLength.push({ raw: Buffer.from(raw, 'latin1'), node: child });
      elements[raw.length] = ofLength;
    }
  }
  const attributes = new Map<string, number>();
  for (const [name, slot] of node.attributes)
    for (const raw of scope.rawNames(name, 'attribute')) attributes.set(raw, slot);
  return { elements, attributes };
}

/** The step for the child element with the raw name at `start`; null if it is not requested. */
export function findStep(table: StepTable, bytes: Uint8Array, start: number, end: number): PathNode | null {
  const length = end - start;
  const candidates = table.elements[length];
  if (candidates === undefined) return null;
  for (const { raw, node } of candidates) {
    let index = 0;
    while (index < length && raw[index] === bytes[start + index]) index += 1;
    if (index === length) return node;
  }
  return null;
}
