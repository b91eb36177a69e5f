import { InletError } from '@inlet/contracts/errors';

/** First bytes (in latin1) of files that people mistake for a feed, with their names. */
const SIGNATURES: readonly (readonly [string, string])[] = [
  ['\x1f\x8b', 'a gzip file'],
  ['PK\x03\x04', 'a ZIP file or an Office document'],
  ['PK\x05\x06', 'an empty ZIP file'],
  ['\xd0\xcf\x11\xe0', 'an old Office document'],
  ['%PDF-', 'a PDF file'],
  ['\x89PNG', 'a PNG image'],
  ['GIF8', 'a GIF image'],
  ['\xff\xd8\xff', 'a JPEG image'],
  ['RIFF', 'a media file'],
  ['ID3', 'an MP3 file'],
  ['OggS', 'a media file'],
  ['7z\xbc\xaf', 'a 7-Zip file'],
  ['Rar!\x1a', 'a RAR file'],
  ['BZh', 'a bzip2 file'],
  ['\xfd7zXZ', 'an XZ file'],
  ['\x28\xb5\x2f\xfd', 'a Zstandard file'],
  ['\x7fELF', 'a program'],
  ['MZ\x90', 'a program'],
  ['SQLite format 3', 'a SQLite database'],
];

/** Tab, line feed, vertical tab, form feed, carriage return and escape. */
const TEXT_CONTROLS = new Set([9, 10, 11, 12, 13, 27]);

/** Throws `source_binary` for a head that is not text. Not for UTF-16, which has zero bytes. */
export function refuseBinary(head: Buffer): void {
  const detail = describeBinary(head);
  if (detail !== undefined) throw new InletError('source_binary', { detail });
}

/** Says in a sentence why a head is not text; undefined for text. Not for UTF-16, which has zero bytes. */
export function describeBinary(head: Buffer): string | undefined {
  const start = head.toString('latin1', 0, 16);
  const known = SIGNATURES.find(([signature]) => start.startsWith(signature));
  if (known !== undefined) return `The file is ${known[1]}.`;
  const isControl = (byte: number) => byte < 32 && !TEXT_CONTROLS.has(byte);
  const zeros = head.reduce((sum, byte) => sum + Number(byte === 0), 0);
  const controls = head.reduce((sum, byte) => sum + Number(isControl(byte)), 0);
  return zeros > 1 + head.length / 100 || controls > 8 + head.length / 50
    ? 'The file has zero bytes or control characters, which text never has so often.'
    : undefined;
}
