import type { EnclosingLevels, ValueAbove } from '../enclosing-levels.js';
import { listOf } from '../field-values.js';
import { INCOMPLETE, type TagScanner } from './markup.js';
import type { NamespaceScope } from './namespace-scope.js';
import type { RecordParser, Slots } from './record-parser.js';
import type { TextReader } from './text-reader.js';
import { findStep, type PathNode, type StepTables } from './wanted-paths.js';

/** An element with a requested text must end within this many bytes; otherwise only what is inside it is read. */
const VALUE_BYTES = 131_072;

export interface EnclosingReaderOptions {
  /** The elements around the record from the root on, each with the paths that begin at it. */
  readonly enclosing: readonly PathNode[];
  readonly levels: EnclosingLevels;
  readonly tables: StepTables;
  readonly tags: TagScanner;
  readonly texts: TextReader;
  /** Parses elements beside the records. */
  readonly parser: RecordParser;
  /** Name of the record element. */
  readonly recordName: string;
}

/** A window of the source. */
export interface SourceWindow {
  readonly bytes: Buffer;
  /** The latin1 view of the bytes. */
  readonly text: string;
  readonly isLast: boolean;
  /** Offset of the window in the source. */
  readonly offset: number;
}

/** A start tag outside the records. */
export interface OuterTag {
  readonly nameStart: number;
  readonly nameEnd: number;
  /** Offset after the tag. */
  readonly end: number;
  readonly isSelfClosing: boolean;
  readonly scope: NamespaceScope;
  /** How many elements are open around it. */
  readonly depth: number;
  /** Whether it and all elements around it are on the record path. */
  readonly isOnPath: boolean;
  /** The step of the element around it. */
  readonly parent: OuterStep | null;
}

/** What is requested of an element outside the records. */
export interface OuterStep {
  readonly node: PathNode;
  /** Depth of the enclosing element that its paths begin at. */
  readonly depth: number;
}

/** Reads the requested values of the elements around the records. */
export class EnclosingReader {
  private readonly options: EnclosingReaderOptions;
  private readonly recordTag: RegExp;
  private window: SourceWindow = { bytes: Buffer.alloc(0), text: '', isLast: false, offset: 0 };

  constructor(options: EnclosingReaderOptions) {
    this.options = options;
    const name = options.recordName.replace(/^.*:/, '').replace(/[^\w-]/g, '.');
    this.recordTag = new RegExp(`<(?:[^\\s<>/!?]+:)?${name}[\\s/>]`);
  }

  setWindow(window: SourceWindow): void {
    this.window = window;
  }

  /** The step of an element; null if nothing in it is requested. */
  stepOf({ isOnPath, depth, parent, scope, nameStart, nameEnd }: OuterTag): OuterStep | null {
    const { enclosing, levels, tables } = this.options;
    if (isOnPath) {
      const node = enclosing[depth];
      return node === undefined || !levels.isWanted(depth) ? null : { node, depth };
    }
    if (parent === null) return null;
    const table = tables.tableOf(parent.node, scope);
    const found = findStep(table, this.window.bytes, nameStart, nameEnd);
    if (found === null) return null;
    const hasConditions = found.variants.length > 0;
    const node = hasConditions ? this.options.parser.chooseStep(found, nameEnd, scope) : found;
    return { node, depth: parent.depth };
  }

  /**
   * Takes the values of a tag. Returns the offset to continue at: after the tag, or after the element if its text was
   * taken; INCOMPLETE if the window ends too early.
   */
  take(tag: OuterTag, step: OuterStep): number {
    const { node, depth } = step;
    if (node.slot >= 0 && !tag.isSelfClosing) {
      const after = tag.isOnPath ? this.takeLeadingText(tag, step) : this.takeElement(tag, step);
      if (after !== null) return after;
    }
    const { tables, tags, texts } = this.options;
    if (node.attributes.size > 0) {
      const { attributes } = tables.tableOf(node, tag.scope);
      tags.start(tag.nameEnd);
      while (tags.next() === 'attribute') {
        const slot = attributes.get(this.window.text.slice(tags.nameStart, tags.nameEnd));
        if (slot !== undefined)
          this.add(tag, { depth, slot, text: texts.attribute(tags.valueStart, tags.valueEnd) });
      }
    }
    if (node.slot >= 0 && tag.isSelfClosing && !tag.isOnPath)
      this.add(tag, { depth, slot: node.slot, text: '' });
    return tag.end;
  }

  /** The text of an element around the records is the one before its first element. */
  private takeLeadingText(tag: OuterTag, { node, depth }: OuterStep): number | null {
    const next = this.window.text.indexOf('<', tag.end);
    if (next < 0) return this.window.isLast ? null : INCOMPLETE;
    const text = this.options.texts.plain(tag.end, next);
    if (text !== '') this.add(tag, { depth, slot: node.slot, text });
    return null;
  }

  /** Takes a whole element; null if it has no end near, or holds records because its end tag is missing. */
  private takeElement(tag: OuterTag, { node, depth }: OuterStep): number | null {
    const { bytes, text, isLast } = this.window;
    const { nameStart, nameEnd, end, scope } = tag;
    const close = text.indexOf(`</${text.slice(nameStart, nameEnd)}`, end);
    if (close < 0 && !isLast && bytes.length - end <= VALUE_BYTES) return INCOMPLETE;
    if (close < 0 || close - end > VALUE_BYTES) return null;
    if (this.recordTag.test(text.slice(end, close))) return null;
    const fields: Slots = [];
    const after = this.options.parser.parse({
      nameStart,
      nameEnd,
      scope,
      depth: tag.depth,
      wanted: node,
      fields,
      baseUrl: undefined,
    });
    if (after < 0) return isLast ? null : INCOMPLETE;
    fields.forEach((values, slot) => {
      for (const value of listOf(values)) this.add(tag, { depth, slot, text: value });
    });
    return after;
  }

  private add({ nameStart }: OuterTag, value: Omit<ValueAbove, 'at'>): void {
    const { levels, parser } = this.options;
    const at = this.window.offset + nameStart;
    for (const slot of parser.slotsOf(value.slot) ?? [value.slot]) levels.add({ ...value, slot, at });
  }
}
