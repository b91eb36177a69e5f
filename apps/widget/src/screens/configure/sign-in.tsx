import { ActionIcon, Button, PasswordInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { TextField } from '../../components/text-field.js';
import { useWidget } from '../../session/widget-context.js';
import type { HeaderField, SourceForm, WizardHandle } from '../../wizard/state.js';
import css from './configure.module.css';

export interface SignInProps {
  readonly source: SourceForm;
  readonly dispatch: WizardHandle['dispatch'];
  /** The edited job has a stored password or headers, which cannot be shown. */
  readonly hasStored: boolean;
}

/** User name and password, or request headers, for sites that require them. */
export function SignIn({ source, dispatch, hasStored }: SignInProps) {
  const { t } = useWidget();
  const { headers, username, password } = source;
  const update = (changed: Partial<SourceForm>) => dispatch({ type: 'updateSource', source: changed });
  const setHeader = (at: number, changed: Partial<HeaderField>) =>
    update({ headers: headers.map((header, index) => (index === at ? { ...header, ...changed } : header)) });
  return (
    <div className={css.signIn}>
      <fieldset className={css.group}>
        <legend className={css.legend}>{t('signIn.basic')}</legend>
        <div className={css.pair}>
          <TextField
            label={t('signIn.username')}
            value={username}
            autoComplete="off"
            onChange={(name) => update({ username: name })}
          />
          <PasswordInput
            label={t('signIn.password')}
            value={password}
            autoComplete="new-password"
            visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
            onChange={(event) => update({ password: event.currentTarget.value })}
            placeholder={hasStored ? t('signIn.stored') : undefined}
          />
        </div>
      </fieldset>
      <fieldset className={css.group}>
        <legend className={css.legend}>{t('signIn.headers')}</legend>
        {headers.map((header, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: headers have no identity besides their order.
          <div key={index} className={css.headerRow}>
            <TextField
              aria-label={t('signIn.headerName')}
              placeholder="Authorization"
              value={header.name}
              onChange={(name) => setHeader(index, { name })}
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
              onClick={() => update({ headers: headers.filter((_, at) => at !== index) })}
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
          onClick={() => update({ headers: [...headers, { name: '', value: '' }] })}
        >
          {t('signIn.addHeader')}
        </Button>
      </fieldset>
      <p className={css.hint}>{t('signIn.safe')}</p>
    </div>
  );
}
