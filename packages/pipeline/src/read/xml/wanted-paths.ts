import { isFeedFieldPath, pathKeys } from '../paths.js';
import type { NamespaceScope } from './namespace-scope.js';

/** One step of the requested paths, with the requested elements and attributes below it. */
export interface PathNode {
  /** Index of the value for the element's text; -1 if it is not requested. */
  slot: number;
  readonly children: Map<string, PathNode>;
  /** Attribute name to index of its value. */
  readonly attributes: Map<string, number>;
}

export interface WantedPaths {
  /** The record element itself. */
  readonly record: PathNode;
  /** The document, for paths with a leading slash. */
  readonly document: PathNode;
  readonly count: number;
  /** Indexes of repeated paths: `[index, index of the first]`. */
  readonly copies: readonly (readonly [number, number])[];
  /** Indexes of the paths above the record. */
  readonly aboveRecord: readonly number[];
}

const newNode = (): PathNode => ({ slot: -1, children: new Map(), attributes: new Map() });

/** The names in a path, unescaped; unlike keys of JSON they are never empty. */
export const segmentsOf = (path: string): string[] => pathKeys(path).filter((name) => name !== '');

export function compilePaths(paths: readonly string[]): WantedPaths {
  const record = newNode();
  const document = newNode();
  const copies: [number, number][] = [];
  const aboveRecord: number[] = [];
  paths.forEach((path, slot) => {
    // rss-parser reads those.
    if (isFeedFieldPath(path)) return;
    const isAbove = path.startsWith('/');
    if (isAbove) aboveRecord.push(slot);
    const first = assignSlot(isAbove ? document : record, path === '.' ? [] : segmentsOf(path), slot);
    if (first !== slot) copies.push([slot, first]);
  });
  return { record, document, count: paths.length, copies, aboveRecord };
}

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
    let child = node.children.get(segment);
    if (child === undefined) {
      child = newNode();
      node.children.set(segment, child);
    }
    node = child;
  }
  if (node.slot < 0) node.slot = slot;
  return node.slot;
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
