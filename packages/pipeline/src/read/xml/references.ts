import { InletError } from '@inlet/contracts/errors';
import { decodeHTMLStrict } from 'entities/decode';

const REFERENCE = /&(?:#x([0-9a-f]{1,8});|#([0-9]{1,10});|([a-z_][a-z0-9_.-]{0,63});)?/iy;

const XML_ENTITIES = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** Entities that the DOCTYPE of a document defines. */
export interface DocumentEntities {
  /** The texts of those that stand for one character, or for nothing. */
  readonly characters: ReadonlyMap<string, string>;
  /** All others. Using one is refused: it may name a file, or multiply the text. */
  readonly refused: ReadonlySet<string>;
}

interface ReferenceOptions {
  /** Called for an `&` that begins no reference. */
  readonly onBare?: (() => void) | undefined;
  readonly entities?: DocumentEntities | undefined;
}

/**
 * Replaces numeric references and named entities: those of the document, and HTML's, which feeds use without declaring
 * them. Keeps an `&` that begins no reference, such as that of a URL. Throws `source_entities_refused` for an entity of
 * the document that stands for more than a character.
 */
export function decodeReferences(text: string, options: ReferenceOptions = {}): string {
  let decoded = '';
  let done = 0;
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', done)) {
    decoded += text.slice(done, at);
    if (text.startsWith('amp;', at + 1)) {
      decoded += '&';
      done = at + 5;
      continue;
    }
    REFERENCE.lastIndex = at;
    // Always matches: a bare ampersand is a match as well.
    decoded += decodeOne(REFERENCE.exec(text)!, options);
    done = REFERENCE.lastIndex;
  }
  return decoded + text.slice(done);
}

function decodeOne([whole, hex, decimal, name]: RegExpExecArray, options: ReferenceOptions): string {
  if (hex !== undefined) return fromCodePoint(Number.parseInt(hex, 16), whole);
  if (decimal !== undefined) return fromCodePoint(Number.parseInt(decimal, 10), whole);
  const known = name === undefined ? undefined : (XML_ENTITIES.get(name) ?? namedEntity(name, options));
  if (known === undefined) options.onBare?.();
  return known ?? whole;
}

function namedEntity(name: string, { entities }: ReferenceOptions): string | undefined {
  if (entities?.refused.has(name))
    throw new InletError('source_entities_refused', {
      detail: `The file uses the entity &${name};, which its DOCTYPE defines as more than one character.`,
    });
  return entities?.characters.get(name) ?? htmlEntity(`&${name};`);
}

function htmlEntity(reference: string): string | undefined {
  const decoded = decodeHTMLStrict(reference);
  return decoded === reference ? undefined : decoded;
}

/** As in HTML: surrogates, zero and numbers beyond Unicode become U+FFFD; 128 to 159 become windows-1252 characters. */
function fromCodePoint(point: number, reference: string): string {
  const isPlain = (point >= 0xa0 && point < 0xd800) || (point >= 0x20 && point < 0x80);
  if (isPlain || (point >= 0xe000 && point <= 0x10ffff)) return String.fromCodePoint(point);
  return point === 9 || point === 10 || point === 13
    ? String.fromCodePoint(point)
    : decodeHTMLStrict(reference);
}
