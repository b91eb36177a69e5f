import { escapeKey, pathKeys } from './path-text.js';

const MOST_KNOWN_KEYS = 500;
const MOST_PATH_CHARS = 500;

/** A key as it stands in the file, quotes and all, and where it leads. */
interface KnownKey {
  readonly bytes: Uint8Array;
  readonly child: FieldNode | undefined;
}

/** A place in a record. Mutable parts belong to the record that is being read. */
export interface FieldNode {
  readonly path: string;
  readonly parent: FieldNode | undefined;
  readonly children: Map<string, FieldNode>;
  /** The field to which values here go; -1 for none. */
  slot: number;
  /** The fields of this node and all below it. */
  readonly slots: number[];
  /** How many values those fields had when this key was met in the object that is open. */
  readonly marks: number[];
  /** Keys in the order in which objects here had them: the next one is mostly the next of them. */
  readonly known: KnownKey[];
  readonly positions: Map<string, number>;
  expected: number;
  /** The object in which this key was met last, and the one that is open here. */
  metIn: number;
  openObject: number;
}

function createNode(path: string, parent?: FieldNode): FieldNode {
  return {
    path,
    parent,
    children: new Map(),
    slot: -1,
    slots: [],
    marks: [],
    known: [],
    positions: new Map(),
    expected: 0,
    metIn: -1,
    openObject: -1,
  };
}

/** The paths that are wanted in each record, as a tree of keys. */
export class FieldTrie {
  readonly root = createNode('.');
  /** Path of each field. */
  readonly paths: string[] = [];
  /** Fields with the same path as an earlier one. */
  readonly copies: (readonly [from: number, to: number])[] = [];
  private readonly mostPaths: number;

  /** With `mostPaths`, a tree that grows with whatever the records hold, up to so many paths. */
  constructor(options: { readonly paths: readonly string[] } | { readonly mostPaths: number }) {
    this.mostPaths = 'mostPaths' in options ? options.mostPaths : 0;
    if ('paths' in options) for (const path of options.paths) this.add(path);
  }

  get isGrowing(): boolean {
    return this.mostPaths > 0;
  }

  childOf(node: FieldNode, key: string): FieldNode | undefined {
    const child = node.children.get(key);
    return child === undefined && this.isGrowing ? this.grow(node, key) : child;
  }

  /** Remembers a key for the next object, and that it is expected after the one before it. */
  remember(node: FieldNode, key: string): void {
    const position = node.positions.get(key);
    node.expected = (position ?? node.known.length) + 1;
    if (position !== undefined || node.known.length >= MOST_KNOWN_KEYS) return;
    node.positions.set(key, node.known.length);
    node.known.push({ bytes: Buffer.from(`"${key}"`), child: this.childOf(node, key) });
  }

  /** The field for a value here; -1 if it is not wanted. */
  slotOf(node: FieldNode): number {
    if (node.slot < 0 && this.isGrowing && this.paths.length < this.mostPaths) {
      node.slot = this.paths.push(node.path) - 1;
      noteSlot(node);
    }
    return node.slot;
  }

  /** A path with a leading slash is above the record: it has a field, but no place in the tree. */
  private add(path: string): void {
    const slot = this.paths.push(path) - 1;
    const node = path.startsWith('/') ? createNode(path) : this.nodeAt(path);
    if (node.slot >= 0) {
      this.copies.push([node.slot, slot]);
      return;
    }
    node.slot = slot;
    noteSlot(node);
  }

  private nodeAt(path: string): FieldNode {
    let node = this.root;
    for (const key of path === '.' ? [] : pathKeys(path)) {
      const child = node.children.get(key) ?? createNode(path, node);
      node.children.set(key, child);
      node = child;
    }
    return node;
  }

  private grow(parent: FieldNode, key: string): FieldNode | undefined {
    const part = escapeKey(key);
    const path = parent === this.root ? part : `${parent.path}/${part}`;
    const isTaken = parent === this.root && (part === '' || part === '.');
    if (isTaken || path.length > MOST_PATH_CHARS || this.paths.length >= this.mostPaths) return undefined;
    const child = createNode(path, parent);
    parent.children.set(key, child);
    return child;
  }
}

function noteSlot(node: FieldNode): void {
  for (let above: FieldNode | undefined = node; above !== undefined; above = above.parent) {
    above.slots.push(node.slot);
  }
}
