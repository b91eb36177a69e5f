import type { SourceWarningView } from '@inlet/contracts';
import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useWidget } from '../session/widget-context.js';
import { warningText } from '../texts/warning-text.js';
import { Notice } from './notice.js';

/** More are shown on request: a source with so many has the same fault everywhere. */
const SHOWN_AT_FIRST = 8;

export interface SourceWarningsProps {
  readonly warnings: readonly SourceWarningView[];
  /** A button that mends one of them. */
  readonly children?: ReactNode;
}

/** The repairs of a source that did not stop its reading; nothing if there were none. */
export function SourceWarnings({ warnings, children }: SourceWarningsProps) {
  const { t } = useWidget();
  const [areAllShown, setAreAllShown] = useState(false);
  if (warnings.length === 0) return null;
  const texts = [...new Set(warnings.map((warning) => warningText(warning, t)))];
  return (
    <Notice tone="warn" title={t('found.warnings', { n: texts.length })}>
      <ul>
        {texts.slice(0, areAllShown ? texts.length : SHOWN_AT_FIRST).map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      {texts.length > SHOWN_AT_FIRST && !areAllShown && (
        <div>
          <Button size="compact-sm" variant="default" onClick={() => setAreAllShown(true)}>
            {t('common.more')}
          </Button>
        </div>
      )}
      {children && <div>{children}</div>}
    </Notice>
  );
}
