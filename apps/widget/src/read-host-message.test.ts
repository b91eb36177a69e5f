import { hostMessageSchema, WIDGET_PROTOCOL } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { listRefusedOptions, PROTOCOL, readHostMessage } from './read-host-message.js';

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
  { type: 'init', options: { ...options, appearance: { logoUrl: 'https://shop.example/logo.svg' } } },
  { type: 'init', options: { ...options, appearance: { logoUrl: 'javascript:alert(1)' } } },
  { type: 'init', options: { ...options, title: 'x'.repeat(201) } },
];
const FONTS = [
  "'Source Sans 3', Georgia , serif",
  '"Noto Sans JP"',
  'ヒラギノ角ゴ, sans-serif',
  '-apple-system',
];
const REFUSED_FONTS = [
  'x; background: url(https://evil.example/)',
  'x} body { display: none',
  'url(https://evil.example/font)',
  'var(--secret)',
  'expression(alert(1))',
  '</style><script>',
  '\\7d body',
  "'open",
  '/* a */',
  'a, , b',
  '',
  'a\nb',
  'x'.repeat(201),
];
const withFont = (fontFamily: string) => ({
  type: 'init',
  options: { ...options, appearance: { fontFamily } },
});

describe('reading a message from the host', () => {
  it('uses the protocol version of the contracts', () => {
    expect(PROTOCOL).toBe(WIDGET_PROTOCOL);
  });

  it.each(FONTS)('accepts the fonts %s', (list) => {
    expect(readHostMessage({ inlet: PROTOCOL, nonce, message: withFont(list) }, { nonce })).not.toBeNull();
  });

  it.each(REFUSED_FONTS)('refuses %j as fonts, and says so', (list) => {
    const envelope = { inlet: PROTOCOL, nonce, message: withFont(list) };
    expect(readHostMessage(envelope, { nonce })).toBeNull();
    expect(listRefusedOptions(envelope, { nonce })).toEqual(['appearance.fontFamily']);
  });

  it('names every option that is refused, and none of other messages', () => {
    const message = {
      type: 'init',
      options: { templateId: 't', surprise: 1, title: 7, appearance: { radius: 99 } },
    };
    const envelope = { inlet: PROTOCOL, nonce, message };
    const names = ['surprise', 'title', 'publishableKey', 'appearance.radius'];
    expect(listRefusedOptions(envelope, { nonce })).toEqual(names);
    expect(listRefusedOptions({ ...envelope, nonce: 'm' }, { nonce })).toEqual([]);
    expect(listRefusedOptions({ ...envelope, message: { type: 'init', options } }, { nonce })).toEqual([]);
    expect(listRefusedOptions({ ...envelope, message: { type: 'unknown' } }, { nonce })).toEqual([]);
  });

  it.each(
    [...MESSAGES, ...[...FONTS, ...REFUSED_FONTS].map(withFont)].map((message) => [
      JSON.stringify(message).slice(0, 90),
      message,
    ]),
  )('accepts %s exactly when the schema does', (_, message) => {
    const read = readHostMessage({ inlet: PROTOCOL, nonce, message }, { nonce });
    const parsed = hostMessageSchema.safeParse(message);
    expect(read).toEqual(parsed.success ? parsed.data : null);
  });

  it('ignores messages with another nonce or version, and messages without an envelope', () => {
    const message = { type: 'focus' };
    expect(readHostMessage({ inlet: PROTOCOL, nonce: 'm', message }, { nonce })).toBeNull();
    expect(readHostMessage({ inlet: 2, nonce, message }, { nonce })).toBeNull();
    expect(readHostMessage(message, { nonce })).toBeNull();
    expect(readHostMessage(undefined, { nonce })).toBeNull();
  });
});
