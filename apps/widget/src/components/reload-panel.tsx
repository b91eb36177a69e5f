import { Button } from '@mantine/core';
import { ApiProblem } from '../api/api-problem.js';
import { useWords } from '../session/words.js';
import { ErrorPanel, type ErrorPanelProps } from './error-panel.js';
import { PartMissing } from './load-part.js';

/** Says that a screen crashed or that its code could not be loaded. The wizard finds its work again after reloading. */
export function ReloadPanel({
  problem,
  ...props
}: Pick<ErrorPanelProps, 'problem' | 'isWholeScreen' | 'onClose'>) {
  const { t } = useWords();
  const shown = problem instanceof PartMissing ? new ApiProblem('part_missing', { cause: problem }) : problem;
  return (
    <ErrorPanel
      {...props}
      problem={shown}
      actions={
        <Button size="compact-sm" onClick={() => window.location.reload()}>
          {t('common.reload')}
        </Button>
      }
    />
  );
}
