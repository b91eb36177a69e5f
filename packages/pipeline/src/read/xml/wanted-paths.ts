import type { NamespaceScope } from './namespace-scope.js';

/** One step of the wanted paths: the elements and attributes below it that somebody asked for. */
export interface PathNode {
  /** Index of the value that the element's text is; -1 where it is not wanted. */
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
  /** Indexes of paths that were asked for again: `[index, index of the first]`. */
  readonly copies: readonly (readonly [number, number])[];
  /** Indexes of the paths above the record. */
  readonly aboveRecord: readonly number[];
}

const newNode = (): PathNode => ({ slot: -1, children: new Map(), attributes: new Map() });

/** The names in a path, unescaped (`~1` is `/`, `~0` is `~`). */
export function segmentsOf(path: string): string[] {
  return path
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

export function escapeSegment(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

export function compilePaths(paths: readonly string[]): WantedPaths {
  const record = newNode();
  const document = newNode();
  const copies: [number, number][] = [];
  const aboveRecord: number[] = [];
  paths.forEach((path, slot) => {
    const isAbove = path.startsWith('/');
    if (isAbove) aboveRecord.push(slot);
    const first = claim(isAbove ? document : record, path === '.' ? [] : segmentsOf(path), slot);
    if (first !== slot) copies.push([slot, first]);
  });
  return { record, document, count: paths.length, copies, aboveRecord };
}

/** Gives the slot to what the segments lead to; returns the slot that it has had before, where it had one. */
function claim(top: PathNode, segments: readonly string[], slot: number): number {
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

/** A step compiled for one scope: raw names as bytes, found by their length. */
export interface StepTable {
  readonly elements: readonly (readonly RawElement[] | undefined)[];
  readonly attributes: ReadonlyMap<string, number>;
}

/** Compiles steps for scopes, each pair once for as long as both are in use. */
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

/** The step below for the element whose raw name stands at `start`, or null where nobody wants it. */
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
