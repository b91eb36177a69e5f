import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

export interface Attachment {
  readonly name: string;
  readonly contentType: string;
  readonly sizeBytes?: number | undefined;
  readonly bytes: AsyncIterable<Buffer>;
}

/** Characters that no file system, or not every browser, takes in a name. */
const UNSAFE = /[\u0000-\u001f\u007f"\\/:*?<>|]/g;

/** Answers with bytes that the browser saves, under a name that may have any letters (RFC 6266). */
export function sendAttachment(reply: FastifyReply, { name, contentType, sizeBytes, bytes }: Attachment) {
  const safe = name.replace(UNSAFE, '_').replace(/\p{Surrogate}/gu, '_');
  const plain = safe.replace(/[^ -~]/g, '_');
  const encoded = encodeURIComponent(safe).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16)}`,
  );
  void reply
    .header('content-disposition', `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`)
    .header('x-content-type-options', 'nosniff')
    .type(contentType);
  if (sizeBytes !== undefined) void reply.header('content-length', sizeBytes);
  return reply.send(Readable.from(bytes, { objectMode: false }));
}
