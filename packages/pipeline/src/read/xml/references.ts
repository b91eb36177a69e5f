import { decodeHTMLStrict } from 'entities/decode';

const REFERENCE = /&(?:#x([0-9a-f]{1,8});|#([0-9]{1,10});|([a-z][a-z0-9]{0,31});)?/iy;

const XML_ENTITIES = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/**
 * Replaces numeric references and named entities, including HTML's, which feeds use without declaring them. Keeps an
 * `&` that begins no reference, such as that of a URL, and calls `onBare` for it.
 */
export function decodeReferences(text: string, onBare?: () => void): string {
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
    decoded += decodeOne(REFERENCE.exec(text)!, onBare);
    done = REFERENCE.lastIndex;
  }
  return decoded + text.slice(done);
}

function decodeOne([whole, hex, decimal, name]: RegExpExecArray, onBare?: () => void): string {
  if (hex !== undefined) return fromCodePoint(Number.parseInt(hex, 16), whole);
  if (decimal !== undefined) return fromCodePoint(Number.parseInt(decimal, 10), whole);
  const known = name === undefined ? undefined : (XML_ENTITIES.get(name) ?? htmlEntity(whole));
  if (known === undefined) onBare?.();
  return known ?? whole;
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
