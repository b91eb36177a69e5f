import { readFileSync } from 'node:fs';
import {
  columnTextsQuestionSchema,
  destinationTestRequestSchema,
  discardRequestSchema,
  finishInputSchema,
  jobInputSchema,
  jobPatchSchema,
  outlineRequestSchema,
  previewRequestSchema,
  projectPatchSchema,
  releaseRequestSchema,
  reviewLinkInputSchema,
  rotationRequestSchema,
  runRequestSchema,
  schedulePreviewRequestSchema,
  sheetPatchSchema,
  suggestMappingRequestSchema,
  templateInputSchema,
  templatePatchSchema,
  uploadHeaderSchema,
  uploadInputSchema,
  uploadMappingInputSchema,
} from '@inlet/contracts';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { type BootedInlet, bootInlet } from './boot-inlet.js';
import { type Operation, operationsOf } from './operations-of.js';

let booted: BootedInlet;
let operations: readonly Operation[];

beforeAll(async () => {
  booted = await bootInlet({ INLET_ROLE: 'api' });
  operations = operationsOf((await booted.call('GET', '/openapi.json', { key: null })).json);
});
afterAll(() => booted.close());

describe('docs/api.md', () => {
  const page = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8');

  it('has a section for every call and no others, and a table of the old addresses', () => {
    const sections = [...page.matchAll(/^### `([A-Z]+ \/\S+)`$/gm)].map(([, call]) => call);
    const calls = operations
      .filter(({ operation }) => operation.deprecated !== true)
      .map(({ method, path }) => `${method} ${path}`);
    expect(sections.toSorted()).toEqual(calls.toSorted());
    const old = operations.filter(({ operation }) => operation.deprecated === true);
    for (const { path } of old) expect(page).toContain(` ${path}\` | \``);
  });

  it('shows valid JSON', () => {
    const examples = [...page.matchAll(/^```json\n([\s\S]*?)^```$/gm)];
    expect(examples.length).toBeGreaterThan(10);
    for (const [, json = ''] of examples) expect(() => JSON.parse(json), json).not.toThrow();
  });

  it('shows requests that are valid', () => {
    const bodies = [...page.matchAll(/\$INLET(\/v1\/[^\s?"]+)[^`]*?-d '(\{[^`]*?\})'\n/g)];
    expect(bodies.length).toBeGreaterThan(7);
    for (const [, address = '', body = ''] of bodies) {
      const schema = REQUESTS[address.replace(/\$[A-Z]+/, '*')];
      expect(schema?.safeParse(JSON.parse(body.replaceAll("'$TEMPLATE'", 'tpl_1'))), address).toMatchObject({
        success: true,
      });
    }
  });

  it('shows how to verify a webhook by hand, in a way that works', async () => {
    const [, code = ''] = /^### By hand$[\s\S]*?^```js\n([\s\S]*?)^```$/m.exec(page) ?? [];
    const source = Buffer.from(`${code}\nexport { isFromInlet };`).toString('base64');
    const { isFromInlet } = await import(/* @vite-ignore */ `data:text/javascript;base64,${source}`);
    const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
    const body = '{"type":"import.records"}';
    const now = new Date();
    const headers = (at: Date, signed = body) => ({
      'webhook-id': 'dlv_1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': `v1,AAAA ${new Webhook(secret).sign('dlv_1', at, signed)}`,
    });
    expect(isFromInlet(headers(now), Buffer.from(body), secret)).toBe(true);
    expect(isFromInlet(headers(now, 'other'), Buffer.from(body), secret)).toBe(false);
    expect(isFromInlet(headers(new Date(now.getTime() - 400_000)), Buffer.from(body), secret)).toBe(false);
  });
});

const REQUESTS: Record<string, z.ZodType> = {
  '/v1/templates': templateInputSchema,
  '/v1/templates/*': templatePatchSchema,
  '/v1/templates/*/destination/test': destinationTestRequestSchema,
  '/v1/sources/outline': outlineRequestSchema,
  '/v1/sources/suggest-mapping': suggestMappingRequestSchema,
  '/v1/sources/preview': previewRequestSchema,
  '/v1/import-jobs': jobInputSchema,
  '/v1/import-jobs/*': jobPatchSchema,
  '/v1/import-jobs/*/run': runRequestSchema,
  '/v1/uploads': uploadInputSchema,
  '/v1/uploads/*/review-links': reviewLinkInputSchema,
  '/v1/uploads/*/header': uploadHeaderSchema,
  '/v1/uploads/*/column-texts': columnTextsQuestionSchema,
  '/v1/uploads/*/mapping': uploadMappingInputSchema,
  '/v1/uploads/*/rows': sheetPatchSchema,
  '/v1/uploads/*/finish': finishInputSchema,
  '/v1/runs/*/release': releaseRequestSchema,
  '/v1/runs/*/discard': discardRequestSchema,
  '/v1/schedules/preview': schedulePreviewRequestSchema,
  '/v1/project': projectPatchSchema,
  '/v1/project/rotations': rotationRequestSchema,
};
