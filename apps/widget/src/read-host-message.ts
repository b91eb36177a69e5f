import type { Envelope, HostMessage } from '@inlet/contracts';

/** Equal to `WIDGET_PROTOCOL` of the contracts; a test compares them. */
export const PROTOCOL = 1;

/**
 * Parses a message of the host page; null if it is anything else. Written by hand because `hostMessageSchema` would
 * double the first load; a test compares the two. The caller has checked origin and source.
 */
export function readHostMessage(data: unknown, { nonce }: { nonce: string }): HostMessage | null {
  const envelope = data as Partial<Envelope<HostMessage>> | null;
  if (typeof envelope !== 'object' || envelope === null) return null;
  if (envelope.inlet !== PROTOCOL || envelope.nonce !== nonce) return null;
  const { message } = envelope;
  if (typeof message !== 'object' || message === null) return null;
  if (message.type === 'requestClose' || message.type === 'focus') return { type: message.type };
  if (message.type === 'rowsTaken')
    return fits(message, ROWS_TAKEN) && 'deliveryId' in message ? message : null;
  if (message.type === 'token') return isToken(message.userToken) ? message : null;
  return message.type === 'init' && isOptions(message.options) ? message : null;
}

/** Names the options for which an `init` message of the host page is refused; empty for any other message. */
export function listRefusedOptions(data: unknown, { nonce }: { nonce: string }): readonly string[] {
  if (readHostMessage(data, { nonce }) !== null) return [];
  const { inlet, nonce: sent, message } = (data ?? {}) as Partial<Envelope<Partial<HostMessage>>>;
  if (inlet !== PROTOCOL || sent !== nonce || message?.type !== 'init' || !isRecord(message.options))
    return [];
  const { appearance, ...others } = message.options as Readonly<Record<string, unknown>>;
  const names = [
    ...listUnfit(others, OPTIONS),
    ...['publishableKey', 'templateId'].filter((name) => !(name in others)),
  ];
  if (appearance === undefined || isAppearance(appearance)) return names;
  return isRecord(appearance)
    ? [...names, ...listUnfit(appearance, APPEARANCE).map((name) => `appearance.${name}`)]
    : [...names, 'appearance'];
}

const isToken = (value: unknown) => value === null || typeof value === 'string';
const isText = (value: unknown) => typeof value === 'string';
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isTexts = (value: unknown) =>
  isRecord(value) && Object.values(value).every((text) => isText(text) && (text as string).length <= 2000);

const OPTIONS: Readonly<Record<string, (value: unknown) => boolean>> = {
  publishableKey: isText,
  templateId: isText,
  externalUserId: isText,
  userToken: isText,
  extra: () => true,
  data: () => true,
  appearance: isAppearance,
  texts: isTexts,
  locale: (value) => isText(value) && (value as string).length <= 35,
  title: (value) => isText(value) && (value as string).length <= 200,
  view: (value) => value === 'new' || value === 'imports',
  isInline: (value) => typeof value === 'boolean',
};

const ROWS_TAKEN: typeof OPTIONS = {
  type: isText,
  deliveryId: isText,
  results: () => true,
  error: (value) => isText(value) && (value as string).length <= 1000,
};

const APPEARANCE: Readonly<Record<string, (value: unknown) => boolean>> = {
  colorScheme: (value) => value === 'light' || value === 'dark' || value === 'auto',
  primaryColor: (value) => isText(value) && /^#[0-9a-f]{6}$/i.test(value as string),
  radius: (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 24,
  fontFamily: (value) => isText(value) && (value as string).length <= 200 && isFontList(value as string),
  logoUrl: (value) => isText(value) && (value as string).length <= 2048 && isPictureUrl(value as string),
};

const FONT_NAME = /^(?:"[\p{L}\p{N} ._-]+"|'[\p{L}\p{N} ._-]+'|[\p{L}_-][\p{L}\p{N} _-]*)$/u;
const isFontList = (list: string): boolean => list.split(',').every((name) => FONT_NAME.test(name.trim()));
const isPictureUrl = (text: string): boolean =>
  URL.canParse(text) && /^(?:https?|data):$/.test(new URL(text).protocol);

const listUnfit = (value: Readonly<Record<string, unknown>>, members: typeof OPTIONS): readonly string[] =>
  Object.entries(value)
    .filter(([name, member]) => !Object.hasOwn(members, name) || members[name]?.(member) !== true)
    .map(([name]) => name);

/** Has only known members, all of them valid. */
const fits = (value: unknown, members: typeof OPTIONS): value is Record<string, unknown> =>
  isRecord(value) && listUnfit(value, members).length === 0;

function isAppearance(value: unknown): boolean {
  return fits(value, APPEARANCE);
}

const isOptions = (value: unknown): boolean =>
  fits(value, OPTIONS) && 'publishableKey' in value && 'templateId' in value;
