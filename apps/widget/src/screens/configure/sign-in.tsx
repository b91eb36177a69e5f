import { ActionIcon, Button, PasswordInput, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { Dispatch } from 'react';
import { useWidget } from '../../session/widget-context.js';
import type { HeaderField, SourceForm, WizardEvent } from '../../wizard/state.js';
import css from './configure.module.css';

export interface SignInProps {
  readonly source: SourceForm;
  readonly dispatch: Dispatch<WizardEvent>;
  /** The job that is edited has a password or headers already, which cannot be shown. */
  readonly hasStored: boolean;
}

/** User name and password, or request headers, for sites that ask for them. */
export function SignIn({ source, dispatch, hasStored }: SignInProps) {
  const { t } = useWidget();
  const { headers, username, password } = source;
  const type = (changed: Partial<SourceForm>) => dispatch({ type: 'sourceTyped', source: changed });
  const setHeader = (at: number, changed: Partial<HeaderField>) =>
    type({ headers: headers.map((header, index) => (index === at ? { ...header, ...changed } : header)) });
  const stored = hasStored ? { placeholder: t('signIn.stored') } : {};
  return (
    <div className={css.signIn}>
      <fieldset className={css.group}>
        <legend className={css.legend}>{t('signIn.basic')}</legend>
        <div className={css.pair}>
          <TextInput
            label={t('signIn.username')}
            value={username}
            autoComplete="off"
            onChange={(event) => type({ username: event.currentTarget.value })}
          />
          <PasswordInput
            label={t('signIn.password')}
            value={password}
            autoComplete="new-password"
            visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
            onChange={(event) => type({ password: event.currentTarget.value })}
            {...stored}
          />
        </div>
      </fieldset>
      <fieldset className={css.group}>
        <legend className={css.legend}>{t('signIn.headers')}</legend>
        {headers.map((header, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the place in the list is all that a header is known by.
          <div key={index} className={css.headerRow}>
            <TextInput
              aria-label={t('signIn.headerName')}
              placeholder="Authorization"
              value={header.name}
              onChange={(event) => setHeader(index, { name: event.currentTarget.value })}
            />
            <PasswordInput
              aria-label={t('signIn.headerValue')}
              placeholder={hasStored ? t('signIn.stored') : 'Bearer …'}
              value={header.value}
              autoComplete="off"
              visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
              onChange={(event) => setHeader(index, { value: event.currentTarget.value })}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size={36}
              aria-label={t('signIn.removeHeader')}
              onClick={() => type({ headers: headers.filter((_, at) => at !== index) })}
            >
              <IconTrash size={16} aria-hidden="true" />
            </ActionIcon>
          </div>
        ))}
        <Button
          variant="default"
          size="compact-sm"
          className={css.start}
          leftSection={<IconPlus size={16} aria-hidden="true" />}
          onClick={() => type({ headers: [...headers, { name: '', value: '' }] })}
        >
          {t('signIn.addHeader')}
        </Button>
      </fieldset>
      <p className={css.hint}>{t('signIn.safe')}</p>
    </div>
  );
}
