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

/** Throws `source_binary` for a head that is not text. Not for UTF-16, which has zero bytes. */
export function refuseBinary(head: Buffer): void {
  const start = head.toString('latin1', 0, 16);
  const known = SIGNATURES.find(([signature]) => start.startsWith(signature));
  if (known !== undefined) throw new InletError('source_binary', { detail: `The file is ${known[1]}.` });
  if (head.includes(0))
    throw new InletError('source_binary', { detail: 'The file has zero bytes, which text never has.' });
}
