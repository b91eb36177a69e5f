import type { Source } from '@inlet/contracts';
import type { SourceForm } from './state.js';

/** Completes an address that was typed without a protocol or with `feed:`. */
export function completeUrl(typed: string): string {
  const text = typed.trim();
  if (/^feed:(\/\/)?/i.test(text)) {
    const rest = text.replace(/^feed:(\/\/)?/i, '');
    return /^https?:/i.test(rest) ? rest : `https://${rest}`;
  }
  return text === '' || /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
}

/** @param hasStored the edited job has a stored password or headers, which stay in use if the form has none */
export function toSource(form: SourceForm, { hasStored = false }: { hasStored?: boolean } = {}): Source {
  const headers = form.headers.filter(({ name, value }) => name.trim() !== '' && value !== '');
  const { username, password } = form;
  return {
    kind: 'url',
    url: completeUrl(form.url),
    headers:
      headers.length === 0
        ? undefined
        : Object.fromEntries(headers.map(({ name, value }) => [name.trim(), value.trim()])),
    basicAuth: password !== '' || (username !== '' && !hasStored) ? { username, password } : undefined,
  };
}

/** Returns the host of an address without `www.`. */
export function siteOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host.replace(/^www\./, '') : url;
}
