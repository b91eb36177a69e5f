import type { Cipher } from './create-aes-cipher.js';

/** An address at rest. `sealedUrl` is the whole address, where it holds a user name or password. */
export interface StoredUrl {
  url: string;
  sealedUrl?: string;
}

/** Keeps an address readable, but for the user name and password that may stand before its host. */
export function sealUrl(url: string, { cipher, context }: { cipher: Cipher; context: string }): StoredUrl {
  const parsed = new URL(url);
  if (parsed.username === '' && parsed.password === '') return { url };
  parsed.username = '';
  parsed.password = '';
  return { url: parsed.href, sealedUrl: cipher.encrypt(url, context) };
}

export const openUrl = (
  { url, sealedUrl }: StoredUrl,
  { cipher, context }: { cipher: Cipher; context: string },
): string => (sealedUrl === undefined ? url : cipher.decrypt(sealedUrl, context));
