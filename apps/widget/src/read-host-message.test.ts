import { hostMessageSchema, WIDGET_PROTOCOL } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { PROTOCOL, readHostMessage } from './read-host-message.js';

const nonce = 'n';
const options = { publishableKey: 'pk', templateId: 't' };
const MESSAGES: unknown[] = [
  { type: 'requestClose' },
  { type: 'focus' },
  { type: 'token', userToken: 'x' },
  { type: 'token', userToken: null },
  { type: 'token' },
  { type: 'token', userToken: 7 },
  { type: 'unknown' },
  {},
  null,
  'init',
  { type: 'init' },
  { type: 'init', options },
  { type: 'init', options: { publishableKey: 'pk' } },
  { type: 'init', options: { ...options, surprise: 1 } },
  {
    type: 'init',
    options: { ...options, locale: 'de', title: 'T', view: 'imports', isInline: true, extra: [1] },
  },
  { type: 'init', options: { ...options, data: { url: 'https://a.example/' } } },
  { type: 'init', options: { ...options, data: 'nonsense' } },
  { type: 'init', options: { ...options, view: 'other' } },
  { type: 'init', options: { ...options, texts: { 'common.next': 'On' } } },
  { type: 'init', options: { ...options, texts: { 'common.next': 1 } } },
  { type: 'init', options: { ...options, texts: [] } },
  {
    type: 'init',
    options: { ...options, appearance: { primaryColor: '#123abc', radius: 4, colorScheme: 'auto' } },
  },
  { type: 'init', options: { ...options, appearance: { primaryColor: 'red' } } },
  { type: 'init', options: { ...options, appearance: { radius: 99 } } },
  { type: 'init', options: { ...options, appearance: { logoUrl: 'nonsense' } } },
  { type: 'init', options: { ...options, title: 'x'.repeat(201) } },
];

describe('reading a message from the host', () => {
  it('uses the protocol version of the contracts', () => {
    expect(PROTOCOL).toBe(WIDGET_PROTOCOL);
  });

  it.each(MESSAGES.map((message) => [JSON.stringify(message).slice(0, 90), message]))(
    'accepts %s exactly when the schema does',
    (_, message) => {
      const read = readHostMessage({ inlet: PROTOCOL, nonce, message }, { nonce });
      const parsed = hostMessageSchema.safeParse(message);
      expect(read).toEqual(parsed.success ? parsed.data : null);
    },
  );

  it('ignores messages with another nonce or version, and messages without an envelope', () => {
    const message = { type: 'focus' };
    expect(readHostMessage({ inlet: PROTOCOL, nonce: 'm', message }, { nonce })).toBeNull();
    expect(readHostMessage({ inlet: 2, nonce, message }, { nonce })).toBeNull();
    expect(readHostMessage(message, { nonce })).toBeNull();
    expect(readHostMessage(undefined, { nonce })).toBeNull();
  });
});
