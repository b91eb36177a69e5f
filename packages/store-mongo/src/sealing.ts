import type { Cipher } from './create-aes-cipher.js';

/** An address as it is stored. `sealedUrl` is the whole address if that holds a user name or password. */
export interface StoredUrl {
  url: string;
  sealedUrl?: string;
}

/** Keeps an address readable except for the user name and password in front of its host. */
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
