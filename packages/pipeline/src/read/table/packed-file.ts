import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InletError } from '@inlet/contracts/errors';
import { type FileBytes, type OfficePackage, readRange, unpackStream } from '../xlsx/open-package.js';

/** Files that programs add to an archive unasked. */
const ADDED = /(?:^|\/)(?:__MACOSX\/.*|\.DS_Store|Thumbs\.db|desktop\.ini)$/i;
const SHOWN_NAMES = 5;

/** The kind of a ZIP archive, by the names of its parts. */
export type ArchiveKind = 'xlsx' | 'xlsb' | 'ods' | 'archive';

/** Documents that are ZIP archives, by a part that each of them has. */
const DOCUMENTS: readonly (readonly [part: RegExp, name: string])[] = [
  [/^word\//i, 'a Word document'],
  [/^ppt\//i, 'a PowerPoint presentation'],
  [/^index\/.*\.iwa$/i, 'a document of Numbers or Pages; export it as Excel or CSV'],
  [/^meta-inf\/manifest\.mf$/i, 'a program'],
  [/^meta-inf\/container\.xml$/i, 'an e-book'],
];

/** Throws `source_format_unknown` for a document that is no spreadsheet. */
export function kindOfArchive({ names, has }: OfficePackage): ArchiveKind {
  if (has('xl/workbook.bin')) return 'xlsb';
  if (has('mimetype') && (has('content.xml') || has('encrypted-package'))) return 'ods';
  const document = DOCUMENTS.find(([part]) => names.some((name) => part.test(name)))?.[1];
  if (document !== undefined)
    throw new InletError('source_format_unknown', { detail: `The file is ${document}.` });
  return has('[Content_Types].xml') || has('xl/workbook.xml') ? 'xlsx' : 'archive';
}

/** The name of the one file in an archive. Throws `source_archive_ambiguous` if there are several, or none. */
export function singleFileOf({ names }: OfficePackage): string {
  const files = names.filter((name) => !ADDED.test(name));
  const [only] = files;
  if (only !== undefined && files.length === 1) return only;
  const shown = files.slice(0, SHOWN_NAMES).join(', ');
  const rest = files.length - SHOWN_NAMES;
  throw new InletError('source_archive_ambiguous', {
    detail:
      only === undefined ? 'It is empty.' : `It contains ${shown}${rest > 0 ? ` and ${rest} more` : ''}.`,
  });
}

/** The unpacked bytes of a gzip file. */
export async function* gunzipFile(file: FileBytes, maxBytes: number): AsyncGenerator<Buffer> {
  let unpacked = 0;
  const packed = Readable.from(readRange(file), { objectMode: false });
  for await (const chunk of unpackStream(packed, createGunzip({ chunkSize: 262_144 }))) {
    unpacked += chunk.length;
    if (unpacked > maxBytes)
      throw new InletError('source_decompression_bomb', {
        detail: `The file unpacks to more than ${maxBytes} bytes.`,
      });
    yield chunk;
  }
}
