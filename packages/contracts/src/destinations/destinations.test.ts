import { describe, expect, it } from 'vitest';
import { destinationSchema, keepDestinationSecrets, viewDestination } from './index.js';
import { webhookDestinationSchema } from './webhook.js';

const destination = (url: string, authHeader?: { name: string; value: string }) =>
  webhookDestinationSchema.parse({ url, authHeader });
const key = { name: 'x-key', value: 'header-secret' };
const before = destination('https://me:pass%3Aword@host.example/hook?x=1', key);

describe('the destination that the API shows', () => {
  it('has neither the credentials of its address nor the value of its auth header', () => {
    const view = viewDestination(before);
    expect(view).toMatchObject({ url: 'https://host.example/hook?x=1', authHeaderName: 'x-key' });
    expect(JSON.stringify(view)).not.toMatch(/me:|pass|header-secret/);
  });

  it('has an address without credentials unchanged', () => {
    expect(viewDestination(destination('https://host.example')).url).toBe('https://host.example');
  });
});

describe('the secrets of a destination', () => {
  it.each([
    [
      'is sent back as it was shown',
      viewDestination(before).url,
      'https://me:pass%3Aword@host.example/hook?x=1',
    ],
    ['moves on its server', 'https://host.example/other', 'https://me:pass%3Aword@host.example/other'],
    ['has other credentials', 'https://you@host.example/hook', 'https://you@host.example/hook'],
  ])('are kept if it %s', (_, given, url) => {
    expect(keepDestinationSecrets(before, destination(given))).toMatchObject({ url, authHeader: key });
  });

  it('are not sent to another server', () => {
    const after = destination('https://other.example/hook');
    expect(keepDestinationSecrets(before, after)).toEqual(after);
  });

  it('are not added to an address without credentials', () => {
    const plain = destination('https://host.example/hook');
    expect(keepDestinationSecrets(plain, destination('https://host.example/B c'))).toMatchObject({
      url: 'https://host.example/B c',
    });
  });
});

describe('a destination', () => {
  it('is a webhook without a kind, or the page', () => {
    expect(destinationSchema.parse({ url: 'https://host.example/' })).toMatchObject({ kind: 'webhook' });
    const page = destinationSchema.parse({ kind: 'frontend' });
    expect(page).toEqual({ kind: 'frontend', rowsPerBatch: 1000 });
    expect(viewDestination(page)).toEqual(page);
    expect(keepDestinationSecrets(before, page)).toEqual(page);
    expect(destinationSchema.safeParse({ kind: 'mail', url: 'https://host.example/' }).success).toBe(false);
  });
});
