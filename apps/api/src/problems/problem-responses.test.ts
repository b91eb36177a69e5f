import { once } from 'node:events';
import { connect } from 'node:net';
import { Writable } from 'node:stream';
import { InletError } from '@inlet/contracts';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createLogger } from '../logger.js';
import { addJsonBody } from '../plugins/json-body.js';
import {
  addProblemResponses,
  answerClientError,
  answerFrameworkError,
} from '../plugins/problem-responses.js';
import { validatorCompiler } from './validator-compiler.js';

const bodySchema = z.strictObject({
  name: z.string(),
  items: z.array(
    z.union([
      z.strictObject({ path: z.string(), repeat: z.enum(['first', 'last']).optional() }),
      z.strictObject({ value: z.string(), note: z.string(), more: z.string() }),
    ]),
  ),
});

let app: FastifyInstance;
let logged: string[];

function build(): FastifyInstance {
  logged = [];
  const sink = new Writable({
    write: (chunk, _encoding, done) => {
      logged.push(String(chunk));
      done();
    },
  });
  const log: FastifyBaseLogger = createLogger({ level: 'info' }, sink);
  app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 1_048_576,
    genReqId: () => 'req_1',
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerClientError,
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  addProblemResponses(app);
  addJsonBody(app);
  app.post('/things', { schema: { body: bodySchema } }, async () => ({ ok: true }));
  app.get('/crash', async () => {
    throw new Error('the password is hunter2');
  });
  app.get('/known', async () => {
    throw new InletError('template_in_use', { detail: 'Two jobs.', extra: { jobs: ['job_1'] } });
  });
  return app;
}

const post = (payload: string | object, contentType = 'application/json') =>
  build().inject({ method: 'POST', url: '/things', headers: { 'content-type': contentType }, payload });

afterEach(() => app.close());

describe('problem responses', () => {
  it('write an InletError with its status, its members and the id of the request', async () => {
    const answer = await build().inject('/known');
    expect(answer.statusCode).toBe(409);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.json()).toEqual({
      type: '/errors#template_in_use',
      title: 'Import jobs use what this change removes',
      status: 409,
      code: 'template_in_use',
      detail: 'Two jobs.',
      help: 'Change the jobs named in `jobs` first, or repeat the request with ?force=true.',
      jobs: ['job_1'],
      requestId: 'req_1',
    });
  });

  it('name every wrong field by its path: missing ones, wrong types and unknown ones', async () => {
    const answer = await post({ items: [{ path: 1, repeat: 'first' }], nmae: 'x', extra: 1 });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().code).toBe('invalid_request');
    expect(answer.json().errors).toEqual([
      { path: 'name', message: 'is required' },
      { path: 'items.0.path', message: 'must be text' },
      { path: 'nmae', message: 'is not a known field' },
      { path: 'extra', message: 'is not a known field' },
    ]);
  });

  it('describe the closest shape if a value may have several', async () => {
    const answer = await post({ name: 'x', items: [{ path: 'title', repaet: 'first' }] });
    expect(answer.json().errors).toEqual([{ path: 'items.0.repaet', message: 'is not a known field' }]);
  });

  it('say that a body is missing', async () => {
    const answer = await build().inject({ method: 'POST', url: '/things' });
    expect(answer.json().errors).toEqual([{ path: 'body', message: 'is required' }]);
  });

  it('do not treat `__proto__` as a field', async () => {
    const answer = await post('{"name":"x","items":[],"__proto__":{"admin":true}}');
    expect(answer.json().errors).toEqual([{ path: '__proto__', message: 'is not a known field' }]);
  });

  it.each([
    ['a body that is not JSON', '{"name":', 'application/json', 400, 'body_not_json'],
    ['a body that is not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'application/json', 400, 'body_not_json'],
    ['another content type', 'name=x', 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
    ['plain text', 'x', 'text/plain', 415, 'unsupported_media_type'],
    ['a body over 1 MB', JSON.stringify('x'.repeat(1_048_576)), 'application/json', 413, 'body_too_large'],
  ])('refuse %s', async (_what, payload, contentType, status, code) => {
    const answer = await post(payload, contentType);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.json().code).toBe(code);
  });

  it('reveal nothing about an unexpected error, and log it with its stack', async () => {
    const answer = await build().inject('/crash');
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toEqual({
      type: '/errors#internal',
      title: 'Something went wrong in Inlet',
      status: 500,
      code: 'internal',
      help: 'Try again; if it happens again, report it with `requestId`.',
      requestId: 'req_1',
    });
    const [line = ''] = logged;
    expect(JSON.parse(line)).toMatchObject({
      level: 'error',
      code: 'internal',
      err: {
        type: 'Error',
        message: 'the password is hunter2',
        stack: expect.stringContaining('problem-responses.test'),
      },
    });
  });

  it('respond to unknown addresses', async () => {
    const answer = await build().inject('/nothing?accesskey=x');
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ code: 'route_not_found', detail: 'GET /nothing' });
  });

  it('respond to an address with a broken percent-encoding', async () => {
    const answer = await build().inject('/things/%zz');
    expect(answer.statusCode).toBe(400);
    expect(answer.json().code).toBe('invalid_request');
  });

  it('respond to input that is not HTTP', async () => {
    await build().listen({ host: '127.0.0.1', port: 0 });
    const address = app.server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const socket = connect(address.port, '127.0.0.1');
    socket.write('GIVE ME EVERYTHING\r\n\r\n');
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk;
    });
    await once(socket, 'end');
    expect(received).toMatch(
      /^HTTP\/1\.1 400 Bad Request\r\ncontent-type: application\/problem\+json; charset=utf-8\r\n/,
    );
    expect(JSON.parse(received.slice(received.indexOf('{')))).toMatchObject({ code: 'invalid_request' });
  });
});
