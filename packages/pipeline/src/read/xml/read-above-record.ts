import { isAscii } from 'node:buffer';
import type { ReadLimits } from '../types.js';
import type { Slots } from './record-parser.js';
import { TextReader } from './text-reader.js';
import { walkXml } from './walk-xml.js';
import { type PathNode, segmentsOf, type WantedPaths } from './wanted-paths.js';

export interface AboveRecordOptions {
  /** The first bytes of the source. */
  readonly head: Buffer;
  readonly recordPath: string;
  readonly wanted: WantedPaths;
  readonly namespaces?: Readonly<Record<string, string>> | undefined;
  readonly limits: ReadLimits;
}

/**
 * Reads the values of the paths above the record, one entry per path; undefined if the head does not have one. Ignores
 * everything inside records.
 */
export function readAboveRecord({ head, recordPath, wanted, namespaces, limits }: AboveRecordOptions): Slots {
  const values: Slots = new Array<undefined>(wanted.count).fill(undefined);
  const text = head.toString('latin1');
  const { maxDepth, maxFieldChars } = limits;
  const texts = new TextReader({ maxFieldChars, onBareAmpersand: () => undefined });
  texts.setWindow(head, text, isAscii(head));
  const recordSegments = segmentsOf(recordPath);
  const steps: { node: PathNode | null; isOnPath: boolean; hasMarkup: boolean }[] = [];

  const put = (slot: number, value: string): void => {
    const before = values[slot];
    if (before === undefined) values[slot] = value;
    else if (typeof before === 'string') values[slot] = [before, value];
    else before.push(value);
  };

  walkXml(
    { bytes: head, text, namespaces, maxDepth },
    {
      onOpen: ({ name }, attributes) => {
        const parent = steps.at(-1);
        if (parent !== undefined) parent.hasMarkup = true;
        const isOnPath = (parent?.isOnPath ?? true) && name === recordSegments[steps.length];
        const isRecord = isOnPath && steps.length === recordSegments.length - 1;
        const above = parent === undefined ? wanted.document : parent.node;
        const node = isRecord ? null : (above?.children.get(name) ?? null);
        steps.push({ node, isOnPath, hasMarkup: false });
        if (node === null || node.attributes.size === 0) return;
        for (const attribute of attributes()) {
          const slot = node.attributes.get(attribute.name);
          if (slot !== undefined) put(slot, texts.attribute(attribute.valueStart, attribute.valueEnd));
        }
      },
      onClose: ({ nameEnd, contentStart, scope }, contentEnd) => {
        const step = steps.pop();
        const slot = step?.node?.slot ?? -1;
        if (slot < 0) return;
        const element = { nameEnd, start: contentStart, end: contentEnd };
        const markup = step?.hasMarkup ? texts.markup(element, scope) : undefined;
        put(slot, markup ?? texts.mixed(contentStart, contentEnd));
      },
    },
  );
  for (const [copy, first] of wanted.copies) values[copy] = values[first];
  return values;
}
