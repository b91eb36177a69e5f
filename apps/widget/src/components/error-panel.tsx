import { Button } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { ApiProblem } from '../api/api-problem.js';
import { useWords } from '../session/words.js';
import { errorTextCode } from '../texts/error-texts.js';
import css from './error-panel.module.css';
import { Fold } from './fold.js';
import { Notice } from './notice.js';

export interface ErrorPanelProps {
  readonly problem: unknown;
  readonly onRetry?: (() => void) | undefined;
  readonly onClose?: (() => void) | undefined;
  /** Buttons that do what the text recommends. */
  readonly actions?: ReactNode;
  /** The address of the source, for the technical details. */
  readonly url?: string;
  readonly isWholeScreen?: boolean;
}

/** Tells what went wrong and what to do. The technical details are folded and can be copied. */
export function ErrorPanel({
  problem,
  onRetry,
  onClose,
  actions,
  url,
  isWholeScreen = false,
}: ErrorPanelProps) {
  const { t } = useWords();
  const code = errorTextCode(problem, t);
  const panel = (
    <Notice tone="bad" title={t(`error.${code}.title`)} isAlert>
      <p>{t(`error.${code}.help`)}</p>
      <div className={css.actions}>
        {actions}
        {onRetry && (
          <Button size="compact-sm" variant="default" onClick={onRetry}>
            {t('common.tryAgain')}
          </Button>
        )}
        {onClose && (
          <Button size="compact-sm" variant="default" onClick={onClose}>
            {t('common.close')}
          </Button>
        )}
      </div>
      <Fold label={t('error.technical')}>
        <TechnicalDetails problem={problem} url={url} />
      </Fold>
    </Notice>
  );
  return isWholeScreen ? <main className={css.whole}>{panel}</main> : panel;
}

function TechnicalDetails({ problem, url }: { problem: unknown; url: string | undefined }) {
  const { t } = useWords();
  const [isCopied, setIsCopied] = useState(false);
  const [at] = useState(() => new Date().toISOString());
  const text = technicalText(problem, { url, at });
  return (
    <div className={css.technical}>
      <pre className={css.text} dir="ltr">
        {text}
      </pre>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={isCopied ? <IconCheck size={16} /> : <IconCopy size={16} />}
        onClick={() => void navigator.clipboard?.writeText(text).then(() => setIsCopied(true))}
      >
        {isCopied ? t('common.copied') : t('common.copy')}
      </Button>
    </div>
  );
}

function technicalText(problem: unknown, { url, at }: { url: string | undefined; at: string }): string {
  if (!(problem instanceof ApiProblem)) return [String(problem), at].join('\n');
  const { title, detail, requestId, line, column } = problem.problem;
  const fields = problem.fieldErrors.map(({ path, message }) => `${path}: ${message}`);
  const position =
    line === undefined ? undefined : `line ${line}${column === undefined ? '' : `, column ${column}`}`;
  const status = problem.status === null ? undefined : `status ${problem.status}`;
  const parts = [
    problem.code,
    title,
    detail,
    ...fields,
    position,
    status,
    url,
    requestId && `request ${requestId}`,
    at,
  ];
  return parts.filter((part) => part !== undefined && part !== '').join('\n');
}
