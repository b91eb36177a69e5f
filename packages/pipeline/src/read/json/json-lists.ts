import type { Block } from '../blocks/block-reader.js';
import { EACH, escapeKey, ROWS } from '../paths.js';
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  JsonCursor,
  JsonFault,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  Unfinished,
} from './json-cursor.js';
import { KeyedObjects } from './keyed-objects.js';

const LF = 10;
const MOST_LISTS = 500;
const MOST_LEVELS = 1000;
const MOST_FIELDS = 500;

/** All arrays of a document with the same path. */
export interface JsonList {
  readonly path: string;
  /** How many members can be records: objects, and arrays of plain values. */
  records: number;
  /** How many of these are arrays. */
  rows: number;
  plain: number;
  bytes: number;
  /** Different paths of plain values in its objects, and the number of values; without those of lists of objects. */
  readonly fields: Set<string>;
  values: number;
}

export interface JsonLists {
  readonly lists: readonly JsonList[];
  /** Objects around the records whose members are all lists. */
  readonly listObjects: ReadonlySet<string>;
  readonly root: 'object' | 'array' | 'plain' | 'nothing';
  /** Keys of a root object. */
  readonly rootKeys: number;
  readonly bytes: number;
}

/**
 * Finds the arrays of the first document in a block, and the objects whose members are all alike, up to the end of the
 * block or the first fault. The documents of NDJSON are members of one array; a line with a fault is skipped.
 */
export function findLists(block: Block, isNdjson: boolean): JsonLists {
  let keyed = new KeyedObjects();
  for (;;) {
    const found = scanLists(new ListScan(block, keyed), isNdjson);
    const known = keyed.addFound();
    if (known === null) return found;
    keyed = known;
  }
}

function scanLists(scan: ListScan, isNdjson: boolean): JsonLists {
  try {
    if (isNdjson) scan.documents();
    else scan.document();
  } catch (error) {
    if (!(error instanceof Unfinished || isFault(error))) throw error;
  }
  const { listObjects, root, rootKeys, bytes } = scan;
  return { lists: [...scan.lists.values()], listObjects, root, rootKeys, bytes };
}

const isFault = (error: unknown): boolean => error instanceof JsonFault || error instanceof TooDeep;

class TooDeep extends Error {}

class ListScan {
  readonly lists = new Map<string, JsonList>();
  readonly listObjects = new Set<string>();
  root: JsonLists['root'] = 'nothing';
  rootKeys = 0;
  private readonly cursor = new JsonCursor();
  private depth = 0;
  /** The list whose object is being read. */
  private owner: JsonList | undefined;

  /** Number of members of the last list; -1 if some are objects or lists. */
  private plainLength = -1;

  readonly bytes: number;
  private readonly keyed: KeyedObjects;

  constructor(block: Block, keyed: KeyedObjects) {
    this.bytes = block.length;
    this.keyed = keyed;
    this.cursor.load(block);
  }

  document(): void {
    const byte = this.cursor.next();
    this.root = byte === OPEN_BRACE ? 'object' : byte === OPEN_BRACKET ? 'array' : 'plain';
    this.value('');
  }

  documents(): void {
    const { cursor } = this;
    this.root = 'array';
    const list = this.listAt('');
    for (let isLeft = cursor.skipSpace(); isLeft; isLeft = cursor.skipSpace()) {
      const start = cursor.at;
      try {
        this.listMember(list, '');
      } catch (error) {
        if (!isFault(error) || !this.skipLine()) throw error;
      } finally {
        list.bytes += cursor.at - start;
      }
    }
  }

  /** Moves on to the next line after a fault; false if there is none. */
  private skipLine(): boolean {
    const { cursor } = this;
    const end = cursor.bytes.indexOf(LF, cursor.at);
    if (end < 0 || end >= this.bytes) return false;
    cursor.skipTo(end + 1);
    this.depth = 0;
    this.owner = undefined;
    return true;
  }

  private value(path: string): void {
    const { cursor } = this;
    const byte = cursor.next();
    if (byte === OPEN_BRACE && this.keyed.has(path)) this.keyedObject(path);
    else if (byte === OPEN_BRACE) this.object(path);
    else if (byte === OPEN_BRACKET) this.list(path);
    else if (byte === QUOTE) cursor.string();
    else cursor.scalar();
    if (byte !== OPEN_BRACE && byte !== OPEN_BRACKET) this.countValue(path);
  }

  private countValue(path: string): void {
    const { owner } = this;
    if (owner === undefined) return;
    owner.values += 1;
    if (owner.fields.size < MOST_FIELDS) owner.fields.add(path);
  }

  private object(path: string): void {
    const keys: string[] = [];
    const start = this.cursor.at;
    const columns = new ColumnLengths();
    let lists = 0;
    this.keyed.enter(path);
    this.members(CLOSE_BRACE, () => {
      const key = this.key();
      keys.push(key);
      const byte = this.cursor.next();
      const isObject = byte === OPEN_BRACE;
      this.value(`${path}/${escapeKey(key)}`);
      columns.add(byte, this.plainLength);
      if (byte === OPEN_BRACKET) lists += 1;
      this.keyed.addMember(path, key, isObject);
    });
    this.keyed.leave(keys);
    if (this.owner === undefined && lists > 1 && lists === keys.length) this.listObjects.add(path);
    if (this.owner === undefined && columns.rows > 0) this.addColumns(path, { columns, keys, start });
  }

  /** An object whose members are lists of one length is a list of rows. */
  private addColumns(path: string, { columns, keys, start }: FoundColumns): void {
    const list = this.listAt(`${path}/${ROWS}`);
    list.records += columns.rows;
    list.bytes += this.cursor.at - start;
    list.values += columns.rows * columns.count;
    for (const key of keys) list.fields.add(key);
  }

  /** Members that are objects are the records of a list. */
  private keyedObject(path: string): void {
    const each = `${path}/${EACH}`;
    const list = this.listAt(each);
    const start = this.cursor.at;
    try {
      this.members(CLOSE_BRACE, () => {
        this.key();
        if (this.cursor.next() === OPEN_BRACE) this.recordOf(list, each);
        else this.value(each);
      });
    } finally {
      list.bytes += this.cursor.at - start;
    }
  }

  private key(): string {
    const { cursor } = this;
    if (cursor.next() !== QUOTE) cursor.expected('a key in double quotes');
    cursor.string();
    const key = cursor.stringText();
    if (cursor.next() !== COLON) cursor.expected('a colon after a key');
    cursor.at += 1;
    if (this.depth === 1) this.rootKeys += 1;
    return key;
  }

  private recordOf(list: JsonList, path: string): void {
    list.records += 1;
    const { owner } = this;
    this.owner = list;
    this.value(path);
    this.owner = owner;
  }

  private list(path: string): void {
    const list = this.listAt(path);
    const start = this.cursor.at;
    const before = { ...list };
    try {
      this.listMembers(list, path);
    } finally {
      list.bytes += this.cursor.at - start;
    }
    this.plainLength = list.records === before.records ? list.plain - before.plain : -1;
  }

  /** Arrays of arrays are one list, unless the inner ones hold plain values, which makes them rows. */
  private listMembers(list: JsonList, path: string): void {
    this.members(CLOSE_BRACKET, () => this.listMember(list, path));
  }

  private listMember(list: JsonList, path: string): void {
    const byte = this.cursor.next();
    if (byte === OPEN_BRACE) {
      this.recordOf(list, path);
    } else if (byte === OPEN_BRACKET) {
      const { records, plain } = list;
      this.listMembers(list, path);
      if (list.records === records && list.plain > plain) {
        list.records += 1;
        list.rows += 1;
      }
      list.plain = plain;
    } else {
      list.plain += 1;
      this.value(path);
    }
  }

  private members(close: number, readMember: () => void): void {
    this.depth += 1;
    if (this.depth > MOST_LEVELS) throw new TooDeep();
    this.cursor.members(close, { readMember });
    this.depth -= 1;
  }

  private listAt(path: string): JsonList {
    const known = this.lists.get(path);
    if (known !== undefined) return known;
    const list: JsonList = {
      path: path === '' ? '/' : path,
      records: 0,
      rows: 0,
      plain: 0,
      bytes: 0,
      fields: new Set(),
      values: 0,
    };
    if (this.lists.size < MOST_LISTS) this.lists.set(path, list);
    return list;
  }
}

/** The lengths of the lists in an object. */
class ColumnLengths {
  count = 0;
  private length = -1;
  private isUneven = false;

  /** Adds a member, which begins with `byte`. Plain values may be between the lists. */
  add(byte: number, plainLength: number): void {
    if (byte === OPEN_BRACE) this.isUneven = true;
    if (byte !== OPEN_BRACKET) return;
    if (this.count > 0 && plainLength !== this.length) this.isUneven = true;
    this.length = plainLength;
    this.count += 1;
  }

  /** Number of rows; 0 if the lists are no columns. */
  get rows(): number {
    return this.isUneven || this.count < 2 || this.length < 2 ? 0 : this.length;
  }
}

interface FoundColumns {
  readonly columns: ColumnLengths;
  readonly keys: readonly string[];
  /** Offset of the object. */
  readonly start: number;
}
