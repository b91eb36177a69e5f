import { type DownloadLink, downloadLinkSchema, InletError, type SheetDownload } from '@inlet/contracts';
import { findVisibleUpload } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { downloadSheet, type WrittenSheet } from './sheet-file.js';

/** A click follows the link at once. */
const VALID_MS = 60_000;

/** The token of an address at which a browser, which sends no headers there, downloads rows once within a minute. */
export async function createDownloadLink(
  context: Context,
  caller: Caller,
  { uploadId, ...request }: SheetDownload & { readonly uploadId: string },
): Promise<{ token: string; expiresAt: string }> {
  await findVisibleUpload(context, caller, uploadId);
  const expiresAt = context.now().getTime() + VALID_MS;
  const link: DownloadLink = {
    kind: 'download',
    id: context.randomBytes(16).toString('hex'),
    projectId: caller.projectId,
    uploadId,
    expiresAt,
    ...request,
  };
  return {
    token: context.sessionSigner.sign(JSON.stringify(link)),
    expiresAt: new Date(expiresAt).toISOString(),
  };
}

/** Writes the rows that a link leads to. @throws InletError session_invalid, session_expired if it was used or is too old */
export async function followDownloadLink(
  context: Context,
  token: string,
  { signal }: { readonly signal: AbortSignal },
): Promise<WrittenSheet & Pick<SheetDownload, 'format'>> {
  const content = context.sessionSigner.open(token);
  const link = content === null ? null : downloadLinkSchema.safeParse(JSON.parse(content)).data;
  if (!link) throw new InletError('session_invalid');
  const { id, projectId, uploadId, view, format } = link;
  const now = context.now();
  if (link.expiresAt <= now.getTime()) throw new InletError('session_expired');
  const use = await context.store.idempotency.begin({
    projectId,
    key: `download ${id}`,
    fingerprint: id,
    now,
    expiresAt: new Date(link.expiresAt),
  });
  if (use.kind !== 'started') throw new InletError('session_expired');
  return { ...(await downloadSheet(context, { projectId }, { uploadId, view, format, signal })), format };
}
