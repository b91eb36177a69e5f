import { ActionIcon, Button, Tooltip, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconList, IconX } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useWidget } from '../session/widget-context.js';
import { canGoTo } from '../wizard/reduce.js';
import { STEPS, type Step, type WizardState } from '../wizard/state.js';
import css from './header.module.css';

export interface HeaderProps {
  /** The wizard is shown, not the list of imports. */
  readonly isWizard: boolean;
  readonly state: WizardState;
  readonly onStep: (step: Step) => void;
  readonly onImports: (() => void) | undefined;
  readonly onClose: (() => void) | undefined;
}

/** Title, steps, a link to the imports, and the close button. */
export function Header({ isWizard, state, onStep, onImports, onClose }: HeaderProps) {
  const { t, options, session } = useWidget();
  const title = options.title ?? t('title.widget', { template: session.template.name });
  useEffect(() => {
    document.title = title;
  }, [title]);
  const hasSteps = isWizard && state.step !== 'done' && session.externalUserId !== null;
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
      {hasSteps && <Steps state={state} onStep={onStep} />}
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

function Steps({ state, onStep }: { state: WizardState; onStep: (step: Step) => void }) {
  const { t } = useWidget();
  const at = STEPS.indexOf(state.step as Step);
  return (
    <nav aria-label={t('steps.label')} className={css.nav}>
      <p className={css.compact}>
        {t('steps.compact', { step: at + 1, total: STEPS.length, name: t(`steps.${state.step as Step}`) })}
      </p>
      <ol className={css.steps}>
        {STEPS.map((step, index) => (
          <li
            key={step}
            className={css.step}
            data-state={index < at ? 'done' : index === at ? 'current' : 'next'}
          >
            <button
              type="button"
              className={css.link}
              disabled={!canGoTo(state, step)}
              aria-current={index === at ? 'step' : undefined}
              onClick={() => onStep(step)}
            >
              <span className={css.dot} aria-hidden="true">
                {index < at ? <IconCheck size={14} stroke={3} /> : index + 1}
              </span>
              <span className={css.label}>{t(`steps.${step}`)}</span>
              {index < at && <VisuallyHidden component="span">{t('steps.done')}</VisuallyHidden>}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
