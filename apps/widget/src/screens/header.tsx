import { ActionIcon, Button, Tooltip, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconList, IconX } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useWidget } from '../session/widget-context.js';
import css from './header.module.css';

interface HeaderStep {
  readonly name: string;
  readonly canEnter: boolean;
  readonly onEnter: () => void;
}

/** The steps of the wizard that is shown. */
export interface HeaderSteps {
  readonly items: readonly HeaderStep[];
  /** Index of the current step. */
  readonly current: number;
}

export interface HeaderProps {
  /** null while no wizard is shown. */
  readonly steps: HeaderSteps | null;
  readonly onImports: (() => void) | undefined;
  readonly onClose: (() => void) | undefined;
}

/** Title, steps, a link to the imports, and the close button. */
export function Header({ steps, onImports, onClose }: HeaderProps) {
  const { t, options, session } = useWidget();
  const title = options.title ?? t('title.widget', { template: session.template.name });
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <header className={css.header}>
      <div className={css.title}>
        {options.appearance?.logoUrl && <img src={options.appearance.logoUrl} alt="" className={css.logo} />}
        <p className={css.name}>{title}</p>
        {!session.isSigned && session.externalUserId !== null && (
          <Tooltip label={t('title.testModeHelp')} multiline w={280} withArrow>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: screen readers read its tooltip on focus. */}
            <span className={css.test} tabIndex={0}>
              {t('title.testMode')}
            </span>
          </Tooltip>
        )}
      </div>
      {steps && <Steps {...steps} />}
      <div className={css.actions}>
        {onImports && (
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            className={css.imports}
            leftSection={<IconList size={16} aria-hidden="true" />}
            onClick={onImports}
          >
            {t('imports.title')}
          </Button>
        )}
        {onClose && (
          <Tooltip label={t('common.closeShortcut')} withArrow>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={36}
              aria-label={t('common.close')}
              onClick={onClose}
            >
              <IconX size={18} aria-hidden="true" />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
    </header>
  );
}

function Steps({ items, current }: HeaderSteps) {
  const { t } = useWidget();
  return (
    <nav aria-label={t('steps.label')} className={css.nav}>
      <p className={css.compact}>
        {t('steps.compact', { step: current + 1, total: items.length, name: items[current]?.name ?? '' })}
      </p>
      <ol className={css.steps}>
        {items.map(({ name, canEnter, onEnter }, index) => (
          <li
            key={name}
            className={css.step}
            data-state={index < current ? 'done' : index === current ? 'current' : 'next'}
          >
            <button
              type="button"
              className={css.link}
              disabled={!canEnter}
              aria-current={index === current ? 'step' : undefined}
              onClick={onEnter}
            >
              <span className={css.dot} aria-hidden="true">
                {index < current ? <IconCheck size={14} stroke={3} /> : index + 1}
              </span>
              <span className={css.label}>{name}</span>
              {index < current && <VisuallyHidden component="span">{t('steps.done')}</VisuallyHidden>}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
