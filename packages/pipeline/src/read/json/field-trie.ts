import { escapeKey, isFeedFieldPath, KEY_PATH, pathKeys } from '../paths.js';

const MOST_KNOWN_KEYS = 500;
const MOST_PATH_CHARS = 500;

/** A key as the file writes it, with its quotes, and its node. */
interface KnownKey {
  readonly bytes: Uint8Array;
  readonly child: FieldNode | undefined;
}

/** A path in a record. The mutable parts belong to the current record. */
export interface FieldNode {
  readonly path: string;
  readonly parent: FieldNode | undefined;
  readonly children: Map<string, FieldNode>;
  /** The field for values at this path; -1 for none. */
  slot: number;
  /** The fields of this node and all below it. */
  readonly slots: number[];
  /** How many values those fields had before this key of the current object. */
  readonly countsBefore: number[];
  /** Keys in the order of earlier objects, which later objects usually repeat. */
  readonly known: KnownKey[];
  readonly positions: Map<string, number>;
  expected: number;
  /** The last object that had this key, and the current object at this path. */
  lastObject: number;
  currentObject: number;
}

function createNode(path: string, parent?: FieldNode): FieldNode {
  return {
    path,
    parent,
    children: new Map(),
    slot: -1,
    slots: [],
    countsBefore: [],
    known: [],
    positions: new Map(),
    expected: 0,
    lastObject: -1,
    currentObject: -1,
  };
}

/** The requested paths of each record, as a tree of keys. */
export class FieldTrie {
  readonly root = createNode('.');
  /** Path of each field. */
  readonly paths: string[] = [];
  /** Fields with the same path as an earlier one. */
  readonly copies: (readonly [from: number, to: number])[] = [];
  /** Fields for the key of a record. */
  readonly keySlots: number[] = [];
  /** Whether a path was left out of a growing tree, since it has enough. */
  hasLeftOut = false;
  private readonly mostPaths: number;

  /** With `mostPaths`, the tree grows with the keys of the records up to that many paths. */
  constructor({ paths, mostPaths = 0 }: { readonly paths: readonly string[]; readonly mostPaths?: number }) {
    this.mostPaths = mostPaths;
    for (const path of paths) this.add(path);
  }

  get isGrowing(): boolean {
    return this.mostPaths > 0;
  }

  childOf(node: FieldNode, key: string): FieldNode | undefined {
    const child = node.children.get(key);
    return child === undefined && this.isGrowing ? this.grow(node, key) : child;
  }

  /** Remembers a key and its position for the next object. */
  remember(node: FieldNode, key: string): void {
    const position = node.positions.get(key);
    node.expected = (position ?? node.known.length) + 1;
    if (position !== undefined || node.known.length >= MOST_KNOWN_KEYS) return;
    node.positions.set(key, node.known.length);
    node.known.push({ bytes: Buffer.from(`"${key}"`), child: this.childOf(node, key) });
  }

  /** The field for a value at this node; -1 if it is not requested. */
  slotOf(node: FieldNode): number {
    if (node.slot < 0 && this.isGrowing && this.hasRoom()) {
      node.slot = this.paths.push(node.path) - 1;
      addSlot(node);
    }
    return node.slot;
  }

  /** Paths above the record and feed fields have a field, but no node in the tree. */
  private add(path: string): void {
    const slot = this.paths.push(path) - 1;
    if (path === KEY_PATH) this.keySlots.push(slot);
    const isInRecord = !path.startsWith('/') && !isFeedFieldPath(path) && path !== KEY_PATH;
    const node = isInRecord ? this.nodeAt(path) : createNode(path);
    if (node.slot >= 0) {
      this.copies.push([node.slot, slot]);
      return;
    }
    node.slot = slot;
    addSlot(node);
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

  private hasRoom(): boolean {
    const hasRoom = this.paths.length < this.mostPaths;
    if (!hasRoom) this.hasLeftOut = true;
    return hasRoom;
  }

  private grow(parent: FieldNode, key: string): FieldNode | undefined {
    const part = escapeKey(key);
    const path = parent === this.root ? part : `${parent.path}/${part}`;
    const isTaken = parent === this.root && (part === '' || part === '.');
    if (isTaken || path.length > MOST_PATH_CHARS || !this.hasRoom()) return undefined;
    const child = createNode(path, parent);
    parent.children.set(key, child);
    return child;
  }
}

function addSlot(node: FieldNode): void {
  for (let above: FieldNode | undefined = node; above !== undefined; above = above.parent) {
    above.slots.push(node.slot);
  }
}
