import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Coding, ServedFile } from './served-files.js';

/** Sends a file in an encoding that the client accepts, or 304 if the client already has it. */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  file: ServedFile,
): Promise<FastifyReply> {
  // Weak, because the bytes differ by encoding.
  const etag = `W/"${file.integrity}"`;
  void reply.headers({ etag, vary: 'accept-encoding' });
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  const coding = codingFor(request.headers['accept-encoding']);
  const body = await file.encoded(coding);
  if (body !== (await file.encoded('identity'))) void reply.header('content-encoding', coding);
  return reply.type(file.contentType).send(body);
}

/** RFC 9110, section 12.5.3; `q=0` refuses an encoding. */
function codingFor(acceptEncoding = ''): Coding {
  const accepted = acceptEncoding
    .toLowerCase()
    .split(',')
    .filter((entry) => !/;\s*q=0(\.0*)?\s*$/.test(entry))
    .map((entry) => entry.split(';', 1)[0]?.trim());
  if (accepted.includes('br')) return 'br';
  return accepted.includes('gzip') ? 'gzip' : 'identity';
}
