import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.js';

function logged(fields: object): Record<string, unknown> {
  let line = '';
  const sink = new Writable({
    write: (chunk, _encoding, done) => {
      line += chunk;
      done();
    },
  });
  createLogger({ level: 'info' }, sink).info(fields, 'said');
  return JSON.parse(line);
}

describe('createLogger', () => {
  it('masks secrets wherever they appear', () => {
    const line = logged({
      accesskey: 's',
      headers: { accesskey: 's', 'set-cookie': 's', host: 'h' },
      req: { headers: { authorization: 's' } },
    });
    expect(line).toMatchObject({
      accesskey: '(secret)',
      headers: { accesskey: '(secret)', 'set-cookie': '(secret)', host: 'h' },
      req: { headers: { authorization: '(secret)' } },
    });
  });

  it('writes errors with their causes, without the requests that HTTP clients attach', () => {
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    const error = Object.assign(new Error('failed', { cause }), {
      config: { headers: { Authorization: 's' } },
    });
    expect(logged({ error }).error).toEqual({
      type: 'Error',
      message: 'failed',
      stack: expect.any(String),
      cause: { type: 'Error', code: 'ECONNREFUSED', message: 'refused', stack: expect.any(String) },
    });
  });
});
