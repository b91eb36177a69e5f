import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { createProject } from '@inlet/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUILT_FILES } from '../src/pages/built-files.js';
import { type BootedInlet, bootInlet } from './boot-inlet.js';

const SCRIPT = `export const text = "${'widget '.repeat(200)}";`;
const LOADER = 'window.Inlet = {};';
const PAGE =
  '<!doctype html><html><head><meta property="csp-nonce" nonce="__INLET_CSP_NONCE__"></head><body></body></html>';

let directory: string;
let booted: BootedInlet;
let page: (key: string | undefined) => Promise<Response>;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'inlet-built-'));
  mkdirSync(join(directory, 'assets'));
  writeFileSync(join(directory, 'index.html'), PAGE);
  writeFileSync(join(directory, 'assets', 'main-1a2b3c.js'), SCRIPT);
  writeFileSync(join(directory, 'assets', '.hidden.js'), 'hidden');
  writeFileSync(join(directory, 'manifest.json'), '{}');
  writeFileSync(join(directory, 'inlet.iife.js'), LOADER);
  booted = await bootInlet(
    {},
    {
      builtFiles: {
        widgetDir: directory,
        embedDir: directory,
        packagesDir: BUILT_FILES.packagesDir,
        playgroundDir: directory,
      },
    },
  );
  page = (key) =>
    fetch(`${booted.inlet.address}/widget/${key === undefined ? '' : `?key=${encodeURIComponent(key)}`}`);
});
afterAll(async () => {
  await booted.close();
  rmSync(directory, { recursive: true });
});

const policyOf = (response: Response): Record<string, string> =>
  Object.fromEntries(
    (response.headers.get('content-security-policy') ?? '').split('; ').map((directive) => {
      const [name = '', ...sources] = directive.split(' ');
      return [name, sources.join(' ')];
    }),
  );

const make = (settings: { allowedOrigins?: string[]; isDevelopment?: boolean }) =>
  createProject(booted.inlet.context, { name: 'Page', settings });

describe('the page of the widget', () => {
  it('may be framed only by the sites of its project', async () => {
    const allowedOrigins = ['https://app.example', 'http://shop.example:8080'];
    const response = await page((await make({ allowedOrigins })).publishableKey);
    expect(response.status).toBe(200);
    const { 'style-src': style, ...policy } = policyOf(response);
    expect(policy).toEqual({
      'default-src': "'none'",
      'script-src': "'self'",
      'img-src': "'self' https: data:",
      'font-src': "'self'",
      'connect-src': "'self'",
      'base-uri': "'none'",
      'form-action': "'none'",
      'frame-ancestors': 'https://app.example http://shop.example:8080',
    });
    const nonce = /^'self' 'nonce-([A-Za-z0-9+/]{22}==)'$/.exec(style ?? '')?.[1];
    expect(await response.text()).toBe(PAGE.replace('__INLET_CSP_NONCE__', nonce ?? 'none'));
    expect(response.headers.get('x-frame-options')).toBeNull();
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('has a new nonce each time', async () => {
    const { publishableKey } = await make({});
    const nonces = await Promise.all([page(publishableKey), page(publishableKey)]);
    expect(new Set(nonces.map((each) => policyOf(each)['style-src'])).size).toBe(2);
  });

  it('may be framed by this machine too in development mode', async () => {
    const { publishableKey } = await make({ allowedOrigins: ['https://app.example'], isDevelopment: true });
    expect(policyOf(await page(publishableKey))['frame-ancestors']).toBe(
      'https://app.example http://localhost:* https://localhost:* http://127.0.0.1:* https://127.0.0.1:*',
    );
  });

  it('may not be framed if no site is allowed', async () => {
    expect(policyOf(await page((await make({})).publishableKey))['frame-ancestors']).toBe("'none'");
  });

  it.each([
    ['an unknown key', async () => 'inlet_pk_"><script>', 401, 'This key is not known'],
    ['no key', async () => undefined, 401, 'No key was given'],
    [
      'the secret key',
      async () => (await make({})).secretKey,
      403,
      'A secret key must never be in a browser',
    ],
  ])('is an explanation for %s, which may not be framed', async (_what, key, status, sentence) => {
    const response = await page(await key());
    expect(response.status).toBe(status);
    expect(policyOf(response)['frame-ancestors']).toBe("'none'");
    const text = await response.text();
    expect(text).toContain(`<h1>${sentence}</h1>`);
    expect(text).not.toContain('<script>');
  });

  it('reports that it is not built', async () => {
    const none = join(directory, 'none');
    const unbuilt = await bootInlet(
      {},
      {
        builtFiles: {
          widgetDir: none,
          embedDir: none,
          packagesDir: BUILT_FILES.packagesDir,
          playgroundDir: none,
        },
      },
    );
    const key = unbuilt.project.publishableKey;
    const response = await fetch(`${unbuilt.inlet.address}/widget/?key=${key}`);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('<h1>The widget is not built yet</h1>');
    expect((await unbuilt.call('GET', '/embed/inlet.js', { key: null })).json.code).toBe('unavailable');
    expect((await unbuilt.call('GET', '/v1/templates')).status).toBe(200);
    await unbuilt.close();
  });

  it('allows inline styles if the page does not mark its own', async () => {
    writeFileSync(join(directory, 'index.html'), '<!doctype html><title>Import</title>');
    const response = await page((await make({})).publishableKey);
    expect(policyOf(response)['style-src']).toBe("'self' 'unsafe-inline'");
    writeFileSync(join(directory, 'index.html'), PAGE);
  });
});

describe('the assets of the widget', () => {
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(booted.inlet.address + path, { headers });

  it('may be cached for ever, because their names change with their content', async () => {
    const response = await get('/widget/assets/main-1a2b3c.js');
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(response.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(await response.text()).toBe(SCRIPT);
  });

  it.each([
    ['br, gzip', 'br'],
    ['gzip;q=1.0, *;q=0.5', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['identity', null],
  ])('are compressed for clients that accept %s', async (accepted, coding) => {
    const { rawBytes, encoding } = await raw('/widget/assets/main-1a2b3c.js', accepted);
    expect(encoding).toBe(coding);
    const unpacked =
      coding === 'br' ? brotliDecompressSync(rawBytes) : coding === 'gzip' ? gunzipSync(rawBytes) : rawBytes;
    expect(unpacked.toString()).toBe(SCRIPT);
    if (coding !== null) expect(rawBytes.length).toBeLessThan(200);
  });

  it.each([
    '/widget/assets/none.js',
    '/widget/assets/../index.html',
    '/widget/assets/..%2findex.html',
    '/widget/assets/%2e%2e/manifest.json',
    '/widget/assets/.hidden.js',
    '/widget/assets/%2fetc%2fpasswd',
    '/widget/assets/main-1a2b3c.js%00.css',
    '/widget/manifest.json',
    '/widget/index.html',
  ])('are the only files: not %s', async (path) => {
    const { status } = await raw(path, 'identity');
    expect(status).toBe(404);
  });
});

describe('the embed script', () => {
  const digest = createHash('sha384').update(LOADER).digest('base64');
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(booted.inlet.address + path, { headers });

  it('may be loaded by any page, and has its hash in a header', async () => {
    const response = await get('/embed/inlet.js', { origin: 'https://anybody.example' });
    expect(await response.text()).toBe(LOADER);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=300',
      'inlet-integrity': `sha384-${digest}`,
    });
  });

  it('is not sent again to a client that has it', async () => {
    const etag = (await get('/embed/inlet.js')).headers.get('etag') ?? '';
    const again = await get('/embed/inlet.js', { 'if-none-match': etag });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  it('has an address that never changes', async () => {
    const response = await get('/embed/0.0.0-test/inlet.js');
    expect(await response.text()).toBe(LOADER);
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const other = await get('/embed/9.9.9/inlet.js');
    expect([other.status, other.headers.get('cache-control')]).toEqual([404, null]);
  });
});

/** Without what fetch does by itself: unpacking, and tidying of addresses. */
async function raw(path: string, accepted: string) {
  const { port } = new URL(booted.inlet.address);
  return new Promise<{ status: number; rawBytes: Buffer; encoding: string | null }>((resolve, reject) => {
    request({ port, host: '127.0.0.1', path, headers: { 'accept-encoding': accepted } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          rawBytes: Buffer.concat(chunks),
          encoding: response.headers['content-encoding'] ?? null,
        }),
      );
    })
      .on('error', reject)
      .end();
  });
}

describe('the packages for hosts', () => {
  const fetchPackage = (file: string) => fetch(`${booted.inlet.address}/packages/${file}`);

  it.each(['client', 'contracts', 'embed', 'react'])('serves %s as a tarball', async (name) => {
    const response = await fetchPackage(`${name}.tgz`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/gzip');
    expect(response.headers.get('content-encoding')).toBeNull();
    const content = gunzipSync(new Uint8Array(await response.arrayBuffer())).toString('latin1');
    expect(content).toContain('package/package.json');
    // Everything of ours that a package needs is inside it.
    expect(content).not.toMatch(/from ['"]@inlet\//);
    expect(content).not.toContain('workspace:');
    expect(content).not.toContain('sourceMappingURL');
  });

  it('names the packages when asked for another one', async () => {
    const response = await fetchPackage('vue.tgz');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      code: 'route_not_found',
      detail: 'The packages are client.tgz, contracts.tgz, embed.tgz and react.tgz.',
    });
  });
});
