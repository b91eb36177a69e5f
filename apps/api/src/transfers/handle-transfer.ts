import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type ErrorCode, InletError } from '@inlet/contracts';
import {
  addFile,
  type Caller,
  type Context,
  completeFile,
  findTransfer,
  type Transfer,
} from '@inlet/workflow';
import { Server, type ServerOptions } from '@tus/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createFileLock } from './database-locker.js';
import { FileDataStore } from './file-data-store.js';

/** How long a request that must give its file up may still store what has arrived. */
const DRAIN_MS = 300;
const UNPACKED_BYTES = 262_144;
const FILE_ADDRESS = /^(upl_[0-9a-z]+)\.(fil_[0-9a-z]+)$/;

/**
 * Handles one request of the tus protocol 1.0 (https://tus.io/protocols/resumable-upload). It goes through our hooks for
 * authentication, limits and errors like all others; the transfer is that of a file of an upload.
 */
export async function handleTransfer(
  context: Context,
  { request, reply, caller }: { request: FastifyRequest; reply: FastifyReply; caller: Caller },
): Promise<FastifyReply> {
  let found: Transfer | undefined;
  let failure: unknown;
  let damage: Error | undefined;
  const transferOf = async (id: string): Promise<Transfer> => {
    const [, uploadId = '', fileId = ''] = FILE_ADDRESS.exec(id) ?? [];
    found ??= await findTransfer(context, caller, { uploadId, fileId });
    return found;
  };
  const fileOf = async (id: string) => (await transferOf(id)).file;
  const options: ServerOptions = {
    path: '/files',
    // Relative to the address of the request, whatever a proxy puts in front of it.
    generateUrl: (_request, { id }) => `files/${id}`,
    allowedOrigins: [],
    lockDrainTimeout: DRAIN_MS,
    locker: { newLock: (id) => createFileLock(context, () => fileOf(id)) },
    maxSize: async (_request, id) => (id === null ? 0 : (await transferOf(id)).maxBytes),
    async namingFunction({ headers }, metadata) {
      found = await addFile(context, caller, {
        uploadId: metadata?.uploadId ?? '',
        name: metadata?.filename || 'file',
        sizeBytes: lengthOf(headers.get('upload-length')),
      });
      return `${found.upload.id}.${found.file.fileId}`;
    },
    async onIncomingRequest({ method }, id) {
      const { upload } = await transferOf(id);
      // The rest of a file that cannot be read is kept, too: somebody may look into it.
      const takesBytes = upload.status === 'receiving' || upload.status === 'unreadable';
      if (method !== 'HEAD' && !takesBytes) throw new InletError('upload_not_receiving');
    },
    async onUploadFinish(_request, { id }) {
      await completeFile(context, await fileOf(id));
      return {};
    },
    onResponseError(_request, error) {
      failure = error;
      return undefined;
    },
  };
  const server = new Server({ ...options, datastore: new FileDataStore(context, transferOf) });
  const response = await server.handleWeb(toWebRequest(request, (error) => (damage = error)));
  for (const [name, value] of response.headers)
    if (!name.startsWith('access-control-') && name !== 'content-length') void reply.header(name, value);
  if (response.status >= 400)
    throw toTransferError(damage ?? failure, { response, text: await response.text() });
  return reply.code(response.status).send();
}

function toWebRequest(request: FastifyRequest, onDamage: (error: Error) => void): Request {
  const { raw, url, method } = request;
  const headers = new Headers();
  for (const [name, value] of Object.entries(raw.headers))
    if (value !== undefined) headers.set(name, [value].flat().join(', '));
  const hasBody = method === 'PATCH' || method === 'POST';
  const coding = headers.get('content-encoding') ?? 'identity';
  // It is the length of the packed bytes.
  if (coding !== 'identity') headers.delete('content-length');
  return new Request(new URL(url, 'http://inlet.invalid'), {
    method,
    headers,
    ...(hasBody && {
      body: Readable.toWeb(unpackBody(raw, { coding, onDamage })) as ReadableStream,
      duplex: 'half',
    }),
  });
}

/** The bytes of the file. Offsets and sizes of a transfer are those of the file, even if a request packs its part. */
function unpackBody(
  body: Readable,
  { coding, onDamage }: { coding: string; onDamage: (error: Error) => void },
): Readable {
  if (coding === 'identity') return body;
  if (coding !== 'gzip')
    throw new InletError('unsupported_media_type', { detail: `The content encoding is ${coding}.` });
  const unpacked = createGunzip({ chunkSize: UNPACKED_BYTES });
  // Bytes that came before the connection broke are stored; the client asks how many these are.
  unpacked.on('error', onDamage);
  pipeline(body, unpacked, () => {});
  return unpacked;
}

const isDamaged = (failure: unknown): boolean =>
  failure instanceof Error && 'code' in failure && String(failure.code).startsWith('Z_');

const lengthOf = (text: string | null): number | null =>
  text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;

const CODES: Readonly<Record<number, ErrorCode>> = {
  404: 'upload_file_not_found',
  409: 'upload_offset_wrong',
  413: 'upload_too_large',
};

/** Our own errors come through the server as they are; its own are texts with a status. */
function toTransferError(
  failure: unknown,
  { response, text }: { response: Response; text: string },
): unknown {
  if (isDamaged(failure))
    return new InletError('upload_interrupted', { detail: 'The packed bytes are damaged.', cause: failure });
  const isOfServer =
    failure === undefined || (typeof failure === 'object' && failure !== null && 'status_code' in failure);
  if (!isOfServer) return failure;
  if (response.status >= 500) return new Error(`the transfer failed: ${text.trim()}`);
  return new InletError(CODES[response.status] ?? 'invalid_request', { detail: text.trim() });
}
