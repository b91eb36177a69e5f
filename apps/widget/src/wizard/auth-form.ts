import type { SourceAuth, SourceAuthView } from '@inlet/contracts';
import { completeAddress } from '@inlet/contracts/web-address';
import { isHttpAddress } from './addresses.js';

export type AuthKind = SourceAuth['kind'];

/** The fields of all kinds of authentication, so that a change of the kind loses nothing. */
export interface AuthForm {
  readonly kind: AuthKind;
  readonly username: string;
  readonly password: string;
  readonly token: string;
  readonly keyPlace: 'header' | 'query';
  readonly keyName: string;
  readonly keyValue: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
  readonly audience: string;
}
export type AuthField = Exclude<keyof AuthForm, 'kind'>;

const SECRETS = ['password', 'token', 'keyValue', 'clientSecret'] as const;
type SecretName = (typeof SECRETS)[number];

interface KindFields {
  readonly secret: SecretName | null;
  readonly visible: readonly AuthField[];
  readonly required: readonly AuthField[];
}

const FIELDS: Readonly<Record<AuthKind, KindFields>> = {
  none: { secret: null, visible: [], required: [] },
  // Some sites want a key as the user name and no password, or the other way round.
  basic: { secret: 'password', visible: ['username'], required: [] },
  bearer: { secret: 'token', visible: [], required: ['token'] },
  api_key: { secret: 'keyValue', visible: ['keyPlace', 'keyName'], required: ['keyName', 'keyValue'] },
  oauth2_client_credentials: {
    secret: 'clientSecret',
    visible: ['tokenUrl', 'clientId', 'scope', 'audience'],
    required: ['tokenUrl', 'clientId', 'clientSecret'],
  },
};

export const EMPTY_AUTH: AuthForm = {
  kind: 'none',
  username: '',
  password: '',
  token: '',
  keyPlace: 'header',
  keyName: '',
  keyValue: '',
  tokenUrl: '',
  clientId: '',
  clientSecret: '',
  scope: '',
  audience: '',
};

/** The form of stored authentication. Secrets are never returned, so their fields are empty. */
export function toAuthForm(stored: SourceAuthView | null): AuthForm {
  switch (stored?.kind) {
    case undefined:
      return EMPTY_AUTH;
    case 'api_key':
      return { ...EMPTY_AUTH, kind: 'api_key', keyPlace: stored.in, keyName: stored.name };
    case 'oauth2_client_credentials': {
      const { scope = '', audience = '', ...given } = stored;
      return { ...EMPTY_AUTH, ...given, scope, audience };
    }
    default:
      return { ...EMPTY_AUTH, ...stored };
  }
}

/** Returns undefined to keep the stored authentication, or to have none if none is stored. */
export function toAuth(form: AuthForm, stored: SourceAuthView | null): SourceAuth | undefined {
  if (usesStored(form, stored)) return undefined;
  switch (form.kind) {
    case 'none':
      return stored === null ? undefined : { kind: 'none' };
    case 'basic':
      if (form.username === '' && form.password === '') return toAuth(EMPTY_AUTH, stored);
      return { kind: form.kind, username: form.username, password: form.password };
    case 'bearer':
      return { kind: form.kind, token: form.token.trim() };
    case 'api_key':
      return {
        kind: form.kind,
        in: form.keyPlace,
        name: form.keyName.trim(),
        value: form.keyValue.trim(),
      };
    case 'oauth2_client_credentials':
      return {
        kind: form.kind,
        tokenUrl: completeAddress(form.tokenUrl),
        clientId: form.clientId.trim(),
        clientSecret: form.clientSecret,
        scope: form.scope.trim() || undefined,
        audience: form.audience.trim() || undefined,
      };
  }
}

/** Whether the form leaves the stored authentication as it is. */
function usesStored(form: AuthForm, stored: SourceAuthView | null): boolean {
  const { secret, visible } = FIELDS[form.kind];
  if (stored?.kind !== form.kind || secret === null || form[secret] !== '') return false;
  const before = toAuthForm(stored);
  return visible.every((field) => form[field].trim() === before[field]);
}

/** Whether an empty secret means the stored one. */
export const keepsStoredSecret = (form: AuthForm, stored: SourceAuthView | null): boolean =>
  usesStored({ ...form, ...NO_SECRETS }, stored);

/** Fields that must be filled in before the source can be read. */
export function wrongAuthFields(form: AuthForm, stored: SourceAuthView | null): AuthField[] {
  if (usesStored(form, stored)) return [];
  return FIELDS[form.kind].required.filter(
    (field) =>
      form[field].trim() === '' || (field === 'tokenUrl' && !isHttpAddress(completeAddress(form.tokenUrl))),
  );
}

const NO_SECRETS = Object.fromEntries(SECRETS.map((name) => [name, ''])) as Record<SecretName, ''>;

export const hasTypedSecrets = (form: AuthForm): boolean => SECRETS.some((name) => form[name] !== '');

export const withoutSecrets = (form: AuthForm): AuthForm => ({ ...form, ...NO_SECRETS });

/** Everything about the authentication that is not secret. */
export const visibleAuth = (form: AuthForm): readonly string[] => [
  form.kind,
  ...FIELDS[form.kind].visible.map((field) => form[field].trim()),
];
