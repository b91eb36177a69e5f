import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_USER_TOKENS } from '@inlet/contracts';
import { type TestDatabase, testDatabase } from '@inlet/testing/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../config.js';
import { BUILT_FILES } from '../pages/built-files.js';
import { readVersion, runCli } from './run-cli.js';

let database: TestDatabase;
beforeAll(() => {
  database = testDatabase();
});
afterAll(() => database.forget());

async function inlet(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const printed = { out: '', err: '' };
  const code = await runCli(args, {
    print: (text) => {
      printed.out += text;
    },
    complain: (text) => {
      printed.err += text;
    },
    config: () => readConfig({ ...database.environment, INLET_PUBLIC_URL: 'https://inlet.example/' }),
  });
  return { code, ...printed };
}

describe('the settings of a project', () => {
  it('are set when it is created, and can be changed later', async () => {
    const made = await inlet(
      ...['project', 'create', '--name', 'Shop', '--development', '--json'],
      ...['--allow-origin', 'https://a.example/', '--allow-origin', 'http://b.example:81'],
    );
    const { projectId } = JSON.parse(made.out);
    const update = async (...args: string[]) =>
      JSON.parse((await inlet('project', 'update', '--project', projectId, '--json', ...args)).out);
    const before = {
      id: projectId,
      name: 'Shop',
      allowedOrigins: ['https://a.example', 'http://b.example:81'],
      userTokens: DEFAULT_USER_TOKENS,
    };
    expect(await update()).toEqual({ ...before, isDevelopment: true });
    expect(await update('--production')).toEqual({ ...before, isDevelopment: false });
    expect(
      await update('--remove-origin', 'https://a.example', '--allow-origin', 'https://c.example'),
    ).toEqual({
      ...before,
      allowedOrigins: ['http://b.example:81', 'https://c.example'],
      isDevelopment: false,
    });
    expect(await update('--development', '--allow-origin', 'https://c.example')).toMatchObject({
      allowedOrigins: ['http://b.example:81', 'https://c.example'],
      isDevelopment: true,
    });
    const { out } = await inlet('project', 'update', '--project', projectId, '--production');
    expect(out).toContain(`Shop (${projectId}) is in production.`);
    expect(out).toContain('http://b.example:81, https://c.example');
  });

  it('default to production mode without allowed sites', async () => {
    const { projectId } = JSON.parse((await inlet('project', 'create', '--name', 'New', '--json')).out);
    const { out } = await inlet('project', 'update', '--project', projectId, '--json');
    expect(JSON.parse(out)).toMatchObject({ allowedOrigins: [], isDevelopment: false });
  });

  it('are told in words: pages on this machine need no origin in development', async () => {
    const { projectId } = JSON.parse((await inlet('project', 'create', '--name', 'New', '--json')).out);
    const describe = async (mode: string) =>
      (await inlet('project', 'update', '--project', projectId, mode)).out;
    expect(await describe('--development')).toMatch(/any page on this machine may .*No other site may/);
    expect(await describe('--production')).toMatch(/is in production\.No site may/);
  });

  it.each([
    'https://a.example/path',
    'a.example',
    'https://*.example',
    'https://a.example;script-src *',
    'https://a;b',
    'https://A.example',
    'https://a.example:443',
    'ftp://a.example',
    'null',
    '*',
  ])('refuse %s as an origin', async (origin) => {
    const { code, err } = await inlet('project', 'create', '--name', 'X', '--allow-origin', origin);
    expect([code, err]).toEqual([
      2,
      expect.stringContaining('is not an origin; write it like https://app.example'),
    ]);
  });

  it('say which user tokens are accepted', async () => {
    const { projectId } = JSON.parse((await inlet('project', 'create', '--name', 'Keys', '--json')).out);
    const update = (...args: string[]) => inlet('project', 'update', '--project', projectId, ...args);
    const jwksUrl = 'https://app.example/jwks.json';
    const { out } = await update(
      ...['--token-audience', 'inlet', '--token-template', 'required', '--jwks-url', jwksUrl],
      ...['--hs256', 'refused'],
    );
    expect(out).toContain(
      `User tokens are accepted with the keys at ${jwksUrl}, for the audience "inlet", for the template that they name.`,
    );
    const userTokens = { audience: 'inlet', requireTemplate: true, jwksUrl, allowHs256: false };
    expect(JSON.parse((await update('--json')).out).userTokens).toEqual(userTokens);
    const { code, err } = await update('--jwks-url', 'none');
    expect([code, err]).toEqual([1, expect.stringContaining('userTokens.allowHs256 must be true without')]);
    const back = await update(
      '--jwks-url',
      'none',
      '--hs256',
      'allowed',
      '--token-audience',
      'none',
      '--json',
    );
    expect(JSON.parse(back.out).userTokens).toEqual({ ...DEFAULT_USER_TOKENS, requireTemplate: true });
    expect(await update('--jwks-url', 'http://app.example/jwks.json')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--jwks-url must be an address that begins with https://'),
    });
    expect(await update('--hs256', 'no')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--hs256 must be allowed or refused.'),
    });
  });

  it('accept only one mode', async () => {
    const { code } = await inlet('project', 'update', '--project', 'x', '--development', '--production');
    expect(code).toBe(2);
    const missing = await inlet('project', 'update', '--project', 'prj_none', '--production');
    expect([missing.code, missing.err]).toEqual([1, expect.stringContaining('There is no such project.')]);
  });
});

const script = join(BUILT_FILES.embedDir, 'inlet.iife.js');

describe.skipIf(!existsSync(script))('inlet embed', () => {
  it('prints a script tag with the hash of the script', async () => {
    const digest = createHash('sha384').update(readFileSync(script)).digest('base64');
    expect((await inlet('embed')).out).toBe(
      `<script async src="https://inlet.example/embed/${readVersion()}/inlet.js" integrity="sha384-${digest}" crossorigin="anonymous"></script>`,
    );
  });
});
