import type { Source } from '@inlet/contracts';
import type { SourceForm } from './state.js';

/** People leave out the protocol, or paste `feed:` addresses. */
export function completeUrl(typed: string): string {
  const text = typed.trim();
  if (/^feed:(\/\/)?/i.test(text)) {
    const rest = text.replace(/^feed:(\/\/)?/i, '');
    return /^https?:/i.test(rest) ? rest : `https://${rest}`;
  }
  return text === '' || /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
}

/** `hasStored`: the job that is edited has headers and a password of its own, which serve where none are typed. */
export function toSource(form: SourceForm, { hasStored = false }: { hasStored?: boolean } = {}): Source {
  const headers = form.headers.filter(({ name, value }) => name.trim() !== '' && value !== '');
  const { username, password } = form;
  return {
    kind: 'url',
    url: completeUrl(form.url),
    ...(headers.length > 0 && {
      headers: Object.fromEntries(headers.map(({ name, value }) => [name.trim(), value.trim()])),
    }),
    ...((password !== '' || (username !== '' && !hasStored)) && { basicAuth: { username, password } }),
  };
}

/** The part of an address that a person knows a site by. */
export function siteOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host.replace(/^www\./, '') : url;
}
