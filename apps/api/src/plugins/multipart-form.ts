import { createHash } from 'node:crypto';
import multipart, { type Multipart, type MultipartFile } from '@fastify/multipart';
import { InletError } from '@inlet/contracts';
import type { FormFile } from '@inlet/workflow';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BODY_LIMIT_BYTES } from '../problems/to-inlet-error.js';
import { checkLevels, parseJson } from './json-body.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The files of a form, to be read in their order; null for a body of another kind. */
    formFiles: AsyncIterable<FormFile> | null;
  }
}

/** The name of every part with a file. */
const FILE = 'file';
const MOST_FIELDS = 20;
const MOST_FILES = 20;

export interface MultipartFormOptions {
  /** Fields whose text is JSON. */
  readonly jsonFields: readonly string[];
}

/**
 * Lets the routes of `app` accept `multipart/form-data` (RFC 7578): the fields, which become the body, and after them
 * parts `file`, which the route reads while they arrive.
 */
export async function addMultipartForm(
  app: FastifyInstance,
  { jsonFields }: MultipartFormOptions,
): Promise<void> {
  await app.register(multipart, {
    throwFileSizeLimit: false,
    limits: {
      fields: MOST_FIELDS,
      fieldSize: BODY_LIMIT_BYTES,
      files: MOST_FILES,
      parts: MOST_FIELDS + MOST_FILES,
      // The template has the limit of its files.
      fileSize: Number.MAX_SAFE_INTEGER,
    },
  });
  app.decorateRequest('formFiles', null);
  app.addHook('preValidation', async (request) => {
    if (!request.isMultipart()) return;
    const parts = request.parts();
    const { fields, firstFile } = await readFields(parts, jsonFields).catch(throwFormError);
    request.body = fields;
    request.formFiles = readFiles(parts, firstFile);
    if (request.headers['idempotency-key'] !== undefined)
      request.bodyHash = createHash('sha256').update(JSON.stringify(fields)).digest('hex');
  });
  // A file that nobody wants is read to its end, so that the client reads the answer.
  app.addHook('onResponse', async (request) => {
    if (request.isMultipart() && !request.raw.complete) dropRest(request);
  });
}

type Parts = AsyncIterableIterator<Multipart>;

const dropRest = ({ raw }: FastifyRequest): void => void raw.unpipe().resume();

const refuse = (path: string, message: string): InletError =>
  new InletError('invalid_request', { errors: [{ path, message }] });

/** Reads the parts up to the first file. */
async function readFields(
  parts: Parts,
  jsonFields: readonly string[],
): Promise<{ fields: Record<string, unknown>; firstFile: MultipartFile | null }> {
  const fields: Record<string, unknown> = {};
  for (;;) {
    const { value: part, done } = await parts.next();
    if (done || !part) return { fields, firstFile: null };
    if (part.type === 'file') return { fields, firstFile: part };
    const name = part.fieldname;
    if (part.valueTruncated) throw refuse(name, `is longer than ${BODY_LIMIT_BYTES} bytes`);
    if (Object.hasOwn(fields, name)) throw refuse(name, 'is sent twice');
    fields[name] = readField(name, part.value, jsonFields);
  }
}

function readField(name: string, value: unknown, jsonFields: readonly string[]): unknown {
  if (typeof value === 'string') return jsonFields.includes(name) ? parseField(name, value) : value;
  // It came with the content type of JSON, and is parsed.
  checkLevels(value);
  return value;
}

function parseField(name: string, text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    if (cause instanceof InletError && cause.code === 'body_not_json')
      throw refuse(name, 'is not valid JSON');
    throw cause;
  }
}

async function* readFiles(parts: Parts, firstFile: MultipartFile | null): AsyncGenerator<FormFile> {
  let part: Multipart | null = firstFile;
  while (part !== null) {
    if (part.type !== 'file') throw refuse(part.fieldname, 'must come before the files');
    if (part.fieldname !== FILE)
      throw refuse(part.fieldname, `is not a known field: a file has the name "${FILE}"`);
    const { file, filename } = part;
    yield { name: filename || FILE, bytes: readFile(file) };
    const next: IteratorResult<Multipart> = await parts.next().catch(throwFormError);
    part = next.done ? null : (next.value ?? null);
  }
}

async function* readFile(file: MultipartFile['file']): AsyncGenerator<Buffer> {
  try {
    yield* file;
  } catch (error) {
    throwFormError(error);
  }
  if (file.truncated) throw new InletError('upload_interrupted');
}

/** Says what is wrong with a form, of which only the parser's codes and messages tell. */
function throwFormError(cause: unknown): never {
  if (cause instanceof InletError || !(cause instanceof Error)) throw cause;
  const code = 'code' in cause ? cause.code : undefined;
  if (code === 'FST_FILES_LIMIT')
    throw new InletError('upload_too_many_files', {
      detail: `An upload may have ${MOST_FILES} files.`,
      cause,
    });
  if (code === 'FST_MP_PREMATURE_CLOSE' || /unexpected end|terminated early|aborted/i.test(cause.message))
    throw new InletError('upload_interrupted', { cause });
  if (/multipart|boundary|header/i.test(cause.message) || String(code).startsWith('FST_'))
    throw new InletError('invalid_request', { detail: `The form cannot be read: ${cause.message}`, cause });
  throw cause;
}
