import type { SheetDownload } from '@inlet/contracts';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { findSheet } from './sheet-rows.js';

export interface WrittenSheet {
  readonly name: string;
  readonly bytes: AsyncIterable<Buffer>;
}

/** Writes the rows of a view as a file that can be corrected and sent back. */
export async function downloadSheet(
  context: Context,
  caller: Caller,
  {
    uploadId,
    signal,
    ...request
  }: SheetDownload & { readonly uploadId: string; readonly signal: AbortSignal },
): Promise<WrittenSheet> {
  const sheet = await findSheet(context, caller, uploadId);
  const { label, revision } = sheet.upload;
  return {
    name: fileNameOf({ label, revision, ...request }),
    bytes: context.sheets.file(sheet, request, { signal }),
  };
}

interface FileOfSheet extends SheetDownload {
  readonly label: string;
  readonly revision: number;
}

/** The name ends with the revision, so that a corrected file says what it was made from: `Products all r12.csv`. */
const fileNameOf = ({ label, view, revision, format }: FileOfSheet): string =>
  `${label} ${view} r${revision}.${format}`;

/** The revision in a name, to which browsers may have added a number; undefined for other names. */
export function revisionOfFile(name: string): number | undefined {
  const [, revision] = / r(\d{1,9})(?:\D[^.]*)?\.[a-z]+$/i.exec(name) ?? [];
  return revision === undefined ? undefined : Number(revision);
}
