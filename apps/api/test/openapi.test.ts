import { validate } from '@scalar/openapi-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BootedInlet, bootInlet } from './boot-inlet.js';
import { operationsOf } from './operations-of.js';

let booted: BootedInlet;
// biome-ignore lint/suspicious/noExplicitAny: a document of another specification, which the tests look into.
let document: any;

beforeAll(async () => {
  booted = await bootInlet({ INLET_ROLE: 'api', INLET_PUBLIC_URL: 'https://inlet.example.com' });
  document = (await booted.call('GET', '/openapi.json', { key: null })).json;
});
afterAll(() => booted.close());

describe('/openapi.json', () => {
  it('is a valid OpenAPI 3.1 document', async () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.servers).toEqual([{ url: 'https://inlet.example.com' }]);
    const { valid, errors } = await validate(JSON.stringify(document));
    expect(errors).toEqual([]);
    expect(valid).toBe(true);
  });

  it('has all calls of a host', () => {
    expect(
      operationsOf(document)
        .map(({ method, path }) => `${method} ${path}`)
        .sort(),
    ).toEqual([
      'DELETE /v1/import-job/user/{externalUserId}/{jobId}',
      'DELETE /v1/import-jobs/user/{externalUserId}/{jobId}',
      'DELETE /v1/import-jobs/{jobId}',
      'DELETE /v1/project/rotations/{what}',
      'DELETE /v1/templates/{templateId}',
      'DELETE /v1/uploads/{uploadId}',
      'DELETE /v1/uploads/{uploadId}/files/{fileId}',
      'DELETE /v1/uploads/{uploadId}/operations/{operationId}',
      'DELETE /v1/uploads/{uploadId}/review-links',
      'DELETE /v1/users/{externalUserId}',
      'GET /healthz',
      'GET /metrics',
      'GET /readyz',
      'GET /v1/erasures/{erasureId}',
      'GET /v1/import-job/user/{externalUserId}/{jobId}',
      'GET /v1/import-job/user/{jobId}/pause',
      'GET /v1/import-job/user/{jobId}/resume',
      'GET /v1/import-jobs/user/{externalUserId}',
      'GET /v1/import-jobs/{jobId}',
      'GET /v1/import-jobs/{jobId}/runs',
      'GET /v1/project',
      'GET /v1/runs/{runId}',
      'GET /v1/runs/{runId}/deliveries',
      'GET /v1/runs/{runId}/events',
      'GET /v1/runs/{runId}/issues',
      'GET /v1/runs/{runId}/undo',
      'GET /v1/templates',
      'GET /v1/templates/{templateId}',
      'GET /v1/templates/{templateId}/sample',
      'GET /v1/uploads',
      'GET /v1/uploads/{uploadId}',
      'GET /v1/uploads/{uploadId}/download',
      'GET /v1/uploads/{uploadId}/events',
      'GET /v1/uploads/{uploadId}/files/{fileId}/content',
      'GET /v1/uploads/{uploadId}/head',
      'GET /v1/uploads/{uploadId}/issues',
      'GET /v1/uploads/{uploadId}/operations/{operationId}',
      'GET /v1/uploads/{uploadId}/plan',
      'GET /v1/uploads/{uploadId}/rows',
      'GET /v1/uploads/{uploadId}/suggestions',
      'PATCH /v1/import-jobs/{jobId}',
      'PATCH /v1/project',
      'PATCH /v1/templates/{templateId}',
      'PATCH /v1/uploads/files/{fileAddress}',
      'PATCH /v1/uploads/{uploadId}/rows',
      'POST /v1/deliveries/{deliveryId}/replay',
      'POST /v1/import-jobs',
      'POST /v1/import-jobs/{jobId}/reset',
      'POST /v1/import-jobs/{jobId}/run',
      'POST /v1/imports',
      'POST /v1/project/rotations',
      'POST /v1/runs/{runId}/cancel',
      'POST /v1/runs/{runId}/discard',
      'POST /v1/runs/{runId}/release',
      'POST /v1/runs/{runId}/replay',
      'POST /v1/runs/{runId}/resend-rejected',
      'POST /v1/runs/{runId}/undo',
      'POST /v1/schedules/preview',
      'POST /v1/sources/outline',
      'POST /v1/sources/preview',
      'POST /v1/sources/suggest-mapping',
      'POST /v1/templates',
      'POST /v1/templates/{templateId}/destination/test',
      'POST /v1/uploads',
      'POST /v1/uploads/files',
      'POST /v1/uploads/{uploadId}/cancel',
      'POST /v1/uploads/{uploadId}/column-texts',
      'POST /v1/uploads/{uploadId}/corrections',
      'POST /v1/uploads/{uploadId}/files',
      'POST /v1/uploads/{uploadId}/finish',
      'POST /v1/uploads/{uploadId}/review-links',
      'PUT /v1/import-job/user/{jobId}/pause',
      'PUT /v1/import-job/user/{jobId}/resume',
      'PUT /v1/import-jobs/user/{jobId}/pause',
      'PUT /v1/import-jobs/user/{jobId}/resume',
      'PUT /v1/import-jobs/{jobId}/pause',
      'PUT /v1/import-jobs/{jobId}/resume',
      'PUT /v1/uploads/{uploadId}/header',
      'PUT /v1/uploads/{uploadId}/mapping',
    ]);
  });

  it('requires the secret key on every route of the API, and describes problems', () => {
    for (const { path, operation } of operationsOf(document)) {
      if (!path.startsWith('/v1/')) continue;
      expect(operation.security, path).toEqual([{ secretKey: [] }]);
      expect(operation.responses.default.content, path).toEqual({
        'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
      });
    }
    expect(document.components.securitySchemes.secretKey).toMatchObject({
      type: 'apiKey',
      in: 'header',
      name: 'accesskey',
    });
  });

  it('has a unique id, a summary and a tag for every operation', () => {
    const operations = operationsOf(document).map(({ operation }) => operation);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    const described = document.tags.map(({ name }: { name: string }) => name);
    for (const { summary, tags } of operations) {
      expect(summary).toMatch(/^\S.+/);
      expect(tags).toHaveLength(1);
      expect(described).toContain(tags[0]);
    }
  });

  it('marks the old addresses, and no others, as deprecated', () => {
    const isOld = (path: string) =>
      path.startsWith('/v1/import-job/') || /^\/v1\/import-jobs\/user\/\{jobId\}\//.test(path);
    for (const { path, operation } of operationsOf(document))
      expect(operation.deprecated ?? false, path).toBe(isOld(path));
  });

  it('accepts an idempotency key on every POST of the API', () => {
    for (const { method, path, operation } of operationsOf(document)) {
      const names = (operation.parameters ?? []).map(({ name }: { name: string }) => name);
      expect(names.includes('idempotency-key'), `${method} ${path}`).toBe(method === 'POST');
    }
  });

  it('describes an outline as JSON or as events', () => {
    const { 200: answer } = document.paths['/v1/sources/outline'].post.responses;
    expect(answer.content).toEqual({
      'application/json': { schema: { $ref: '#/components/schemas/OutlineResponse' } },
      'text/event-stream': { schema: { type: 'string' } },
    });
    expect(answer.description).toMatch(/`progress` with `\{ bytes, records \}`.*`result`.*`problem`/);
  });

  it('refers to shared schemas by name, and has no unused ones', () => {
    const text = JSON.stringify(document);
    const create = document.paths['/v1/import-jobs'].post;
    expect(create.requestBody.content['application/json'].schema).toEqual({
      $ref: '#/components/schemas/NewImportJobInput',
    });
    for (const name of Object.keys(document.components.schemas))
      expect(text).toContain(`"#/components/schemas/${name}"`);
    expect(text).not.toContain('Default Response');
  });
});

describe('/docs', () => {
  it('serves the reference without files from other hosts', async () => {
    const page = await booted.call('GET', '/docs/', { key: null });
    expect(page.status).toBe(200);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toContain('http');
    expect([...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address)).toEqual([
      'js/scalar.js',
    ]);
    const script = await booted.call('GET', '/docs/js/scalar.js', { key: null });
    expect(script.status).toBe(200);
    expect(script.headers.get('content-type')).toBe('application/javascript; charset=utf-8');
  });
});
