import type { SourceWarningView } from '@inlet/contracts';
import type { ReactNode } from 'react';
import { useWidget } from '../session/widget-context.js';
import { warningText } from '../texts/warning-text.js';
import { Notice } from './notice.js';

/** Sources with more have the same fault everywhere. */
const MOST_SHOWN = 8;

export interface SourceWarningsProps {
  readonly warnings: readonly SourceWarningView[];
  /** A button that mends one of them. */
  readonly children?: ReactNode;
}

/** The repairs of a source that did not stop its reading; nothing if there were none. */
export function SourceWarnings({ warnings, children }: SourceWarningsProps) {
  const { t } = useWidget();
  if (warnings.length === 0) return null;
  const texts = [...new Set(warnings.map((warning) => warningText(warning, t)))];
  return (
    <Notice tone="warn" title={t('found.warnings', { n: warnings.length })}>
      <ul>
        {texts.slice(0, MOST_SHOWN).map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      {children && <div>{children}</div>}
    </Notice>
  );
}
