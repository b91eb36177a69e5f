import { Checkbox, PasswordInput, Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { TextField } from '../../components/text-field.js';
import { useWidget } from '../../session/widget-context.js';
import { type AuthField, type AuthForm, type AuthKind, keepsStoredSecret } from '../../wizard/auth-form.js';
import type { WizardHandle } from '../../wizard/state.js';
import { storedFor } from '../../wizard/to-source.js';
import css from './configure.module.css';

const KINDS: readonly AuthKind[] = ['none', 'basic', 'bearer', 'api_key', 'oauth2_client_credentials'];

export interface SignInProps extends WizardHandle {
  /** Fields to mark as wrong. */
  readonly wrong: readonly AuthField[];
}

/** How a request proves that it may read the source. */
export function SignIn({ state, dispatch, wrong }: SignInProps) {
  const { t } = useWidget();
  const { source, editing } = state;
  const { auth, keepsHeaders } = source;
  const stored = storedFor(source, editing?.source ?? null);
  const update = (changed: Partial<AuthForm>) =>
    dispatch({ type: 'updateSource', source: { auth: { ...auth, ...changed } } });
  const props = { auth, update, wrong, hasStored: keepsStoredSecret(auth, stored?.auth ?? null) };
  return (
    <div className={css.panel}>
      <Select
        label={t('signIn.kind')}
        data={KINDS.map((kind) => ({ value: kind, label: t(`auth.${kind}`) }))}
        value={auth.kind}
        allowDeselect={false}
        onChange={(kind) => update({ kind: (kind ?? 'none') as AuthKind })}
      />
      <Fields {...props} />
      {stored !== null && stored.headerNames.length > 0 && (
        <Checkbox
          label={t('signIn.keepHeaders', { names: stored.headerNames.join(', ') })}
          checked={keepsHeaders}
          onChange={(event) =>
            dispatch({ type: 'updateSource', source: { keepsHeaders: event.currentTarget.checked } })
          }
        />
      )}
      {auth.kind !== 'none' && (
        <p className={css.hint}>
          {t(auth.kind === 'oauth2_client_credentials' ? 'signIn.safeToken' : 'signIn.safe')}
        </p>
      )}
    </div>
  );
}

interface FieldsProps {
  readonly auth: AuthForm;
  readonly update: (changed: Partial<AuthForm>) => void;
  readonly wrong: readonly AuthField[];
  /** An empty secret means the stored one. */
  readonly hasStored: boolean;
}

function Fields(props: FieldsProps): ReactNode {
  const { t } = useWidget();
  const { auth, update } = props;
  switch (auth.kind) {
    case 'none':
      return null;
    case 'basic':
      return (
        <div className={css.pair}>
          <Text {...props} name="username" label={t('signIn.username')} />
          <Secret {...props} name="password" label={t('signIn.password')} />
        </div>
      );
    case 'bearer':
      return <Secret {...props} name="token" label={t('signIn.token')} />;
    case 'api_key':
      return (
        <>
          <Select
            label={t('signIn.keyPlace')}
            data={(['header', 'query'] as const).map((value) => ({ value, label: t(`keyPlace.${value}`) }))}
            value={auth.keyPlace}
            allowDeselect={false}
            onChange={(place) => update({ keyPlace: place === 'query' ? 'query' : 'header' })}
          />
          <div className={css.pair}>
            <Text
              {...props}
              name="keyName"
              label={t(`keyPlace.${auth.keyPlace}.name`)}
              placeholder={auth.keyPlace === 'header' ? 'X-API-Key' : 'api_key'}
            />
            <Secret {...props} name="keyValue" label={t('signIn.keyValue')} />
          </div>
        </>
      );
    case 'oauth2_client_credentials':
      return (
        <>
          <Text
            {...props}
            name="tokenUrl"
            label={t('signIn.tokenUrl')}
            placeholder="https://example.com/oauth/token"
          />
          <div className={css.pair}>
            <Text {...props} name="clientId" label={t('signIn.clientId')} />
            <Secret {...props} name="clientSecret" label={t('signIn.clientSecret')} />
            <Text {...props} name="scope" label={t('signIn.scope')} />
            <Text {...props} name="audience" label={t('signIn.audience')} />
          </div>
        </>
      );
  }
}

interface FieldProps extends FieldsProps {
  readonly name: AuthField;
  readonly label: string;
  readonly placeholder?: string;
}

function Text({ auth, update, wrong, name, label, placeholder }: FieldProps) {
  const { t } = useWidget();
  const isAddress = name === 'tokenUrl' && auth.tokenUrl.trim() !== '';
  return (
    <TextField
      label={label}
      value={auth[name]}
      placeholder={placeholder}
      autoComplete="off"
      spellCheck={false}
      classNames={{ input: css.ltr ?? '' }}
      error={wrong.includes(name) && t(isAddress ? 'error.source_url_invalid.title' : 'common.missing')}
      onChange={(value) => update({ [name]: value })}
    />
  );
}

function Secret({ auth, update, wrong, hasStored, name, label }: FieldProps) {
  const { t } = useWidget();
  return (
    <PasswordInput
      label={label}
      value={auth[name]}
      placeholder={hasStored ? t('signIn.stored') : undefined}
      autoComplete="new-password"
      aria-invalid={wrong.includes(name) || undefined}
      visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
      error={wrong.includes(name) && t('common.missing')}
      onChange={(event) => update({ [name]: event.currentTarget.value })}
    />
  );
}
