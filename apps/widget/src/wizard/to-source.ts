import type { Source, WidgetGiven } from '@inlet/contracts';
import { describeSource, isSameServer, type SourceView } from '@inlet/contracts/sources';
import { completeAddress, splitCredentials } from '@inlet/contracts/web-address';
import { isHttpAddress } from './addresses.js';
import {
  type AuthField,
  EMPTY_AUTH,
  hasTypedSecrets,
  toAuth,
  toAuthForm,
  visibleAuth,
  withoutSecrets,
  wrongAuthFields,
} from './auth-form.js';
import {
  DECLARED_PAGES,
  type PaginationField,
  toPagination,
  toPaginationForm,
  wrongPaginationFields,
} from './pagination-form.js';
import type { SourceForm } from './state.js';

// The wizard's form makes sources of kind `url`. No other module of the widget knows the fields of that kind.

/** The form of a new import, with the address that the host prefilled. */
export const newSourceForm = (given: WidgetGiven | null): SourceForm => ({
  address: given?.url ?? '',
  auth: EMPTY_AUTH,
  keepsHeaders: true,
  pagination: DECLARED_PAGES,
});

/** The form of a stored source. Secrets are never returned, so their fields are empty. */
export const toSourceForm = (source: SourceView): SourceForm => ({
  address: describeSource(source).address,
  auth: toAuthForm(source.auth),
  keepsHeaders: true,
  pagination: toPaginationForm(source.pagination),
});

/** @param stored the source of the edited job, whose secrets stay in use if the form has none */
export function toSource(form: SourceForm, stored: SourceView | null = null): Source {
  const before = storedFor(form, stored);
  const dropsHeaders = !form.keepsHeaders && before !== null && before.headerNames.length > 0;
  return {
    kind: 'url',
    url: completeAddress(form.address),
    headers: dropsHeaders ? {} : undefined,
    auth: toAuth(form.auth, before?.auth ?? null),
    pagination: toPagination(form.pagination),
  };
}

/** Returns the stored source if its secrets may be sent to the address in the form: it is on the same server. */
export function storedFor({ address }: SourceForm, stored: SourceView | null): SourceView | null {
  if (stored === null || !isHttpAddress(completeAddress(address))) return null;
  const [typed, before] = [completeAddress(address), stored.url];
  return isSameServer({ kind: 'url', url: typed }, { kind: 'url', url: before }) ? stored : null;
}

/** Moves the user name and password of a typed address into the sign-in fields, so that they are neither shown nor kept. */
export function takeCredentials(
  { auth }: Pick<SourceForm, 'auth'>,
  typed: string,
): Pick<SourceForm, 'address'> & Partial<Pick<SourceForm, 'auth'>> {
  const address = completeAddress(typed);
  if (!isHttpAddress(address)) return { address: typed };
  const { address: shown, basicAuth } = splitCredentials(address);
  // Without a scheme, `ann@example.org` is rather an e-mail address.
  const isMeant = basicAuth !== null && (basicAuth.password !== '' || /^[a-z]+:\/\//i.test(typed.trim()));
  return isMeant ? { address: shown, auth: { ...auth, kind: 'basic', ...basicAuth } } : { address: typed };
}

export interface WrongSourceFields {
  readonly auth: readonly AuthField[];
  readonly pagination: readonly PaginationField[];
}

/** Fields besides the address that must be filled in before the source can be read. */
export const wrongSourceFields = (form: SourceForm, stored: SourceView | null): WrongSourceFields => ({
  auth: wrongAuthFields(form.auth, storedFor(form, stored)?.auth ?? null),
  pagination: wrongPaginationFields(form.pagination),
});

/** Everything visible in the form that decides which bytes are read. An outline counts only for equal settings. */
export const settingsOf = ({ address, auth, keepsHeaders, pagination }: SourceForm): string =>
  JSON.stringify([completeAddress(address), visibleAuth(auth), keepsHeaders, toPagination(pagination)]);

/** The form as it may be stored in the browser. */
export function withoutSourceSecrets(form: SourceForm): SourceForm {
  const { address, auth = form.auth } = takeCredentials(form, form.address);
  return { ...form, address, auth: withoutSecrets(auth) };
}

export const hasSourceSecrets = (form: SourceForm): boolean =>
  hasTypedSecrets(takeCredentials(form, form.address).auth ?? form.auth);
