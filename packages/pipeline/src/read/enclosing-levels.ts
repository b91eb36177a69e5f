import type { FieldValue } from '@inlet/contracts';
import { append, countOf, type OpenField } from './field-values.js';
import { DEFAULT_OUTLINE_BYTES } from './types.js';

/** How far after the first record of an enclosing element its later values still count, in bytes. */
const HELD_BYTES = DEFAULT_OUTLINE_BYTES;
/** A value above the record is part of each row, so a long list would multiply the file. */
const MOST_VALUES = 100;

/** A requested path above the record. */
export interface AbovePath {
  /** Position of the path in the request, and of its value in the fields of a record. */
  readonly slot: number;
  /** Number of elements around the one that the path begins at: 0 for the root. */
  readonly depth: number;
  /** The slot under which its values are added: another one if the request repeats the path. */
  readonly source: number;
}

/** A value of an enclosing element. */
export interface ValueAbove {
  readonly depth: number;
  readonly slot: number;
  readonly text: string;
  /** Offset of the value in the source, in bytes. */
  readonly at: number;
}

export interface EnclosingOptions {
  readonly paths: readonly AbovePath[];
  /** Called for a value that comes too far after the records that it belongs to. */
  readonly onLateValue?: ((slot: number) => void) | undefined;
  /** Called for a path with more values than a record keeps. */
  readonly onManyValues?: ((slot: number) => void) | undefined;
}

/** One element around the current record. */
interface Level {
  readonly values: OpenField[];
  /** The fields of the records inside it, which wait for its values. */
  readonly waiting: FieldValue[][];
  /** How many records precede its first one, and the offset of that one; -1 before it. */
  firstRecord: number;
  firstRecordAt: number;
  isSealed: boolean;
}

/**
 * Gives each record the values of the elements that enclose it. A value may follow the records, so these wait until the
 * element ends, or for a megabyte at most: memory stays flat, and the result does not depend on how the source is cut.
 */
export class EnclosingLevels {
  private readonly options: EnclosingOptions;
  private readonly pathsAt: AbovePath[][] = [];
  private readonly open: (Level | undefined)[] = [];
  private readonly found: OpenField[] = [];
  private count = 0;
  /** How many elements there were at each depth that matters. */
  private readonly entered: number[] = [];

  constructor(options: EnclosingOptions) {
    this.options = options;
    for (const path of options.paths) {
      const { depth } = path;
      this.pathsAt[depth] = [...(this.pathsAt[depth] ?? []), path];
    }
  }

  /** Whether any path begins at this depth, so that its elements matter. */
  isWanted(depth: number): boolean {
    return this.pathsAt[depth] !== undefined;
  }

  /** How many of the first records have all their values. */
  get readyRecords(): number {
    let ready = this.count;
    for (const level of this.open)
      if (level !== undefined && !level.isSealed && level.firstRecord >= 0)
        ready = Math.min(ready, level.firstRecord);
    return ready;
  }

  /** The values of the first enclosing elements that have them, by slot. */
  get firstValues(): readonly FieldValue[] {
    return this.found;
  }

  /** Slots of the paths that no element had so far. */
  get missingSlots(): number[] {
    return this.options.paths.map(({ slot }) => slot).filter((slot) => this.found[slot] === undefined);
  }

  /** How many elements there were at a depth so far; 0 if no path begins there. */
  elementsAt(depth: number): number {
    return this.entered[depth] ?? 0;
  }

  /** An element begins on the way to the records. */
  enter(depth: number): void {
    this.leave(depth);
    if (!this.isWanted(depth)) return;
    this.entered[depth] = this.elementsAt(depth) + 1;
    this.open[depth] = { values: [], waiting: [], firstRecord: -1, firstRecordAt: 0, isSealed: false };
  }

  /** The element at a depth ends, and everything in it; 0 at the end of the source. */
  leave(depth: number): void {
    for (let at = this.open.length - 1; at >= depth; at -= 1) this.seal(at);
    if (this.open.length > depth) this.open.length = depth;
  }

  /** Adds a value to those that its path already has in this element. */
  add(value: ValueAbove): void {
    const level = this.levelFor(value);
    if (level === undefined) return;
    const { slot, text } = value;
    const before = level.values[slot];
    if (countOf(before) < MOST_VALUES) level.values[slot] = append(before, text);
    else this.options.onManyValues?.(slot);
  }

  /** Replaces the value that its path already has in this element. */
  set(value: ValueAbove): void {
    const level = this.levelFor(value);
    if (level !== undefined) level.values[value.slot] = value.text;
  }

  /** Adds a record, which gets the values of all open elements. */
  addRecord(fields: FieldValue[], at: number): void {
    this.open.forEach((level, depth) => {
      if (level === undefined) return;
      if (level.firstRecord < 0) {
        level.firstRecord = this.count;
        level.firstRecordAt = at;
      }
      this.sealIfFar(depth, at);
      if (level.isSealed) this.fill(depth, level, fields);
      else level.waiting.push(fields);
    });
    this.count += 1;
  }

  /** The open level of a value, unless the value comes too late. */
  private levelFor({ depth, slot, at }: ValueAbove): Level | undefined {
    const level = this.open[depth];
    if (level === undefined) return undefined;
    this.sealIfFar(depth, at);
    if (!level.isSealed) return level;
    this.options.onLateValue?.(slot);
    return undefined;
  }

  private sealIfFar(depth: number, at: number): void {
    const level = this.open[depth];
    if (level !== undefined && level.firstRecord >= 0 && at - level.firstRecordAt > HELD_BYTES)
      this.seal(depth);
  }

  private seal(depth: number): void {
    const level = this.open[depth];
    if (level === undefined || level.isSealed) return;
    level.isSealed = true;
    for (const { slot, source } of this.pathsAt[depth] ?? []) this.found[slot] ??= level.values[source];
    for (const fields of level.waiting) this.fill(depth, level, fields);
    level.waiting.length = 0;
  }

  private fill(depth: number, { values }: Level, fields: FieldValue[]): void {
    for (const { slot, source } of this.pathsAt[depth] ?? []) fields[slot] = values[source];
  }
}
