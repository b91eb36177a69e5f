import { readFileSync } from 'node:fs';
import helmet from '@fastify/helmet';
import { ERRORS, type ErrorCode, InletError, toProblem } from '@inlet/contracts';
import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { errorRoutes } from '../pages/error-routes.js';

const page = readFileSync(new URL('../../../../docs/errors.md', import.meta.url), 'utf8');
const ROW = /^\| <a id="(\w+)"><\/a>`(\w+)` \| (\d{3}) \| (.+?) \| (.+?) \| (.+?) \|$/gm;
const rows = [...page.matchAll(ROW)].map(([, anchor = '', code, status, title, when = '', help]) => ({
  anchor,
  when,
  entry: [code, { status: Number(status), title, help }],
}));

describe('docs/errors.md', () => {
  it('lists every code of the table with its status, title and what to do, and no others', () => {
    expect(Object.fromEntries(rows.map(({ entry }) => entry))).toEqual(ERRORS);
  });

  it('lists each code once, with an anchor of its name and when it occurs', () => {
    expect(rows).toHaveLength(Object.keys(ERRORS).length);
    for (const { anchor, when, entry } of rows) {
      expect(anchor).toBe(entry[0]);
      expect(when.length).toBeGreaterThan(10);
    }
  });

  it('has no row of another form, which the two tests above would not see', () => {
    const all = page.split('\n').filter((line) => line.startsWith('| <a '));
    expect(all).toHaveLength(rows.length);
  });
});

describe('the page that the type of a problem names', () => {
  it('has a section for every code', async () => {
    const app = Fastify();
    await app.register(helmet);
    await app.register(errorRoutes);
    const answer = await app.inject('/errors');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    for (const code of Object.keys(ERRORS) as ErrorCode[]) {
      const { type } = toProblem(new InletError(code));
      expect(type).toBe(`/errors#${code}`);
      expect(answer.body).toContain(`<section id="${code}">`);
    }
    await app.close();
  });
});
