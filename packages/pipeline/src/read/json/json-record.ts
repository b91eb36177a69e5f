import type { FieldValue } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import { append, countOf, firstOf, type OpenField } from '../field-values.js';
import type { FieldNode, FieldTrie } from './field-trie.js';
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  type JsonCursor,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  type TextPosition,
} from './json-cursor.js';

export interface JsonRecordOptions {
  readonly cursor: JsonCursor;
  readonly trie: FieldTrie;
  readonly maxDepth: number;
  readonly maxFieldChars: number;
  /** Called for a comma before a closing bracket, which is skipped. */
  readonly onTrailingComma: () => void;
}

/**
 * Reads one value as a record: the fields of a trie, in one pass over the bytes. Builds no objects, so numbers keep
 * their digits, no key (`__proto__`) has a special meaning, and paths that are not requested cost little.
 */
export class JsonRecord {
  /** Initial fields of every record. */
  private readonly blank: OpenField[] = [];
  private readonly options: JsonRecordOptions;
  private readonly cursor: JsonCursor;
  private readonly trie: FieldTrie;
  private fields: OpenField[] = [];
  private depth = 0;
  /** Fields with a value over the limit in the last record, which have no value instead. */
  oversized: number[] | undefined;
  /** Fields whose only values are numbers of JSON, of which the first has a decimal point. */
  decimalFields: number[] | undefined;
  private objects = 0;

  constructor(options: JsonRecordOptions) {
    this.options = options;
    this.cursor = options.cursor;
    this.trie = options.trie;
    if (!this.trie.isGrowing) this.blank = new Array<OpenField>(this.trie.paths.length).fill(undefined);
  }

  /** Reads the value at the cursor, `depth` levels below the root. */
  read(depth: number): FieldValue[] {
    this.open(depth);
    this.value(this.trie.root);
    return this.close();
  }

  /** Reads an array as a record. Its members are named by `columns`, or `Column 1`, `Column 2`. */
  readRow(depth: number, columns: readonly string[] = []): FieldValue[] {
    const { cursor, trie } = this;
    const start = cursor.at;
    this.open(depth);
    trie.root.currentObject = this.objects;
    let column = 0;
    this.members(CLOSE_BRACKET, () => {
      column += 1;
      this.value(trie.childOf(trie.root, columns[column - 1] ?? `Column ${column}`));
    });
    if (trie.root.slot >= 0) this.add(trie.root.slot, cursor.compact(start, cursor.at));
    return this.close();
  }

  /** The fields of the current or last record. */
  get soFar(): readonly FieldValue[] {
    return this.fields;
  }

  private open(depth: number): void {
    this.fields = this.blank.slice();
    this.oversized = undefined;
    this.decimalFields = undefined;
    this.depth = depth;
    this.objects += 1;
  }

  private close(): FieldValue[] {
    for (const [from, to] of this.trie.copies) {
      this.fields[to] = this.fields[from];
      if (this.decimalFields?.includes(from)) this.decimalFields.push(to);
    }
    return this.fields;
  }

  private value(node: FieldNode | undefined): void {
    const { cursor } = this;
    const byte = cursor.next();
    if (byte === QUOTE) {
      cursor.string();
      if (node !== undefined) this.addTo(node, cursor.stringText());
    } else if (byte === OPEN_BRACE) {
      this.object(node);
    } else if (byte === OPEN_BRACKET) {
      this.members(CLOSE_BRACKET, () => this.value(node));
    } else {
      cursor.scalar();
      if (node !== undefined && !cursor.isNull) this.addScalar(node, cursor.scalarText());
    }
  }

  private object(node: FieldNode | undefined): void {
    const { cursor } = this;
    const start = cursor.at;
    if (node === undefined) {
      this.members(CLOSE_BRACE, this.skipMember);
      return;
    }
    this.objects += 1;
    node.currentObject = this.objects;
    node.expected = 0;
    this.members(CLOSE_BRACE, () => this.member(node));
    if (node.slot >= 0 && !this.trie.isGrowing) this.add(node.slot, cursor.compact(start, cursor.at));
  }

  private readonly skipMember = (): void => {
    this.cursor.string();
    this.colon();
    this.value(undefined);
  };

  private member(node: FieldNode): void {
    const child = this.key(node);
    this.colon();
    if (child !== undefined) this.dropEarlierValue(child, node.currentObject);
    this.value(child);
  }

  /** The members of an object or array; each begins at the cursor. */
  private members(close: number, member: () => void): void {
    const { cursor } = this;
    this.depth += 1;
    if (this.depth > this.options.maxDepth) throw tooDeep(this.options.maxDepth, cursor.position());
    cursor.at += 1;
    let byte = cursor.next();
    while (byte !== close) {
      if (close === CLOSE_BRACE && byte !== QUOTE) cursor.expected('a key in double quotes');
      member();
      byte = cursor.next();
      if (byte === close) break;
      if (byte !== COMMA) cursor.expected(close === CLOSE_BRACE ? 'a comma or }' : 'a comma or ]');
      cursor.at += 1;
      byte = cursor.next();
      if (byte === close) this.options.onTrailingComma();
    }
    cursor.at += 1;
    this.depth -= 1;
  }

  private colon(): void {
    if (this.cursor.next() !== COLON) this.cursor.expected('a colon after a key');
    this.cursor.at += 1;
  }

  private key(node: FieldNode): FieldNode | undefined {
    const { cursor, trie } = this;
    const known = node.known[node.expected];
    if (known !== undefined && cursor.matches(known.bytes)) {
      cursor.at += known.bytes.length;
      node.expected += 1;
      return known.child;
    }
    cursor.string();
    const key = cursor.stringText();
    if (cursor.isPlain) trie.remember(node, key);
    return trie.childOf(node, key);
  }

  /** The last value of a repeated key counts: removes the values that an earlier one of the same object added. */
  private dropEarlierValue(child: FieldNode, object: number): void {
    const { slots, countsBefore } = child;
    if (child.lastObject !== object) {
      child.lastObject = object;
      for (let n = 0; n < slots.length; n += 1) countsBefore[n] = countOf(this.fields[slots[n]!]);
      return;
    }
    for (let n = 0; n < slots.length; n += 1) {
      this.fields[slots[n]!] = firstOf(this.fields[slots[n]!], countsBefore[n] ?? 0);
    }
  }

  private addTo(node: FieldNode, text: string): void {
    const slot = this.trie.slotOf(node);
    if (slot < 0) return;
    // A text beside numbers, whose point may separate thousands.
    if (this.decimalFields?.includes(slot)) this.decimalFields = this.decimalFields.filter((n) => n !== slot);
    this.add(slot, text);
  }

  private addScalar(node: FieldNode, text: string): void {
    const slot = this.trie.slotOf(node);
    if (slot < 0) return;
    if (this.fields[slot] === undefined && text.includes('.')) {
      this.decimalFields ??= [];
      this.decimalFields.push(slot);
    }
    this.add(slot, text);
  }

  private add(slot: number, text: string): void {
    const { maxFieldChars } = this.options;
    if (text.length > maxFieldChars) {
      this.oversized = [...(this.oversized ?? []), slot];
      return;
    }
    this.fields[slot] = append(this.fields[slot], text);
  }
}

export function tooDeep(maxDepth: number, position: TextPosition): InletError {
  return new InletError('source_too_deep', {
    detail: `The file has more than ${maxDepth} levels on line ${position.line}.`,
    extra: { ...position },
  });
}
