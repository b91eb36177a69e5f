import type { Source, WidgetGiven } from '@inlet/contracts';
import { describeSource, type SourceView } from '@inlet/contracts/sources';
import { completeAddress } from '@inlet/contracts/web-address';
import type { SourceForm } from './state.js';

// The wizard's form makes sources of kind `url`. No other module of the widget knows the fields of that kind.

/** The form of a new import, with the address that the host prefilled. */
export const newSourceForm = (given: WidgetGiven | null): SourceForm => ({
  address: given?.url ?? '',
  headers: [],
  username: '',
  password: '',
});

/** The form of a stored source. Secrets are never returned, so their fields are empty. */
export const toSourceForm = (source: SourceView): SourceForm => ({
  address: describeSource(source).address,
  headers: source.headerNames.map((name) => ({ name, value: '' })),
  username: source.username ?? '',
  password: '',
});

/** Whether credentials, headers or the body of a request are stored for the source. */
export const hasStoredSecrets = ({ headerNames, auth, request }: SourceView): boolean =>
  headerNames.length > 0 || auth !== null || request.method === 'POST';

export const isGivenAddress = (address: string, given: WidgetGiven | null): boolean =>
  given?.url != null && address === given.url;

export const isHttpAddress = (address: string): boolean =>
  /^https?:\/\/[^\s/?#]+([/?#].*)?$/i.test(address) && URL.canParse(address);

/** @param hasStored the edited job has a stored password or headers, which stay in use if the form has none */
export function toSource(form: SourceForm, { hasStored = false }: { hasStored?: boolean } = {}): Source {
  const headers = form.headers.filter(({ name, value }) => name.trim() !== '' && value !== '');
  const { username, password } = form;
  return {
    kind: 'url',
    url: completeAddress(form.address),
    headers:
      headers.length === 0
        ? undefined
        : Object.fromEntries(headers.map(({ name, value }) => [name.trim(), value.trim()])),
    basicAuth: password !== '' || (username !== '' && !hasStored) ? { username, password } : undefined,
  };
}

/** Names the site of an address. */
export const siteOfAddress = (address: string): string => describeSource({ kind: 'url', url: address }).site;
