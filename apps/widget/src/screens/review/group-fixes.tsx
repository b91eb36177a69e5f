import type { Column, IssueGroup, SheetOperation } from '@inlet/contracts';
import { Button, Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { useWidget } from '../../session/widget-context.js';
import { directFixes, type FixKind } from './issue-fixes.js';
import { ReplaceValues } from './replace-values.js';
import css from './review.module.css';

export interface GroupFixesProps {
  readonly group: IssueGroup;
  /** undefined for issues of whole rows. */
  readonly column: Column | undefined;
  readonly onFix: (operation: SheetOperation) => void;
}

/** Actions on all cells with an issue. Everything can be undone. */
export function GroupFixes({ group, column, onFix }: GroupFixesProps) {
  const { t, language } = useWidget();
  const [isReplacing, setIsReplacing] = useState(false);
  const { code, rows: n } = group;
  const fix = (by: FixKind) => column && onFix({ kind: 'fix', column: column.key, issue: code, by });
  const deleteRows = () =>
    onFix({ kind: 'delete', rows: { view: 'all', issue: code, issueColumn: column?.key } });
  return (
    <div className={css.fixes}>
      {column &&
        directFixes(group, language.tag).map(({ text, by }) => (
          <Button key={text} size="compact-sm" variant="default" onClick={() => fix(by)}>
            {t(text)}
          </Button>
        ))}
      <Menu position="bottom-start" withinPortal>
        <Menu.Target>
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            rightSection={<IconChevronDown size={14} aria-hidden="true" />}
          >
            {t('fix.more')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {column && (
            <>
              {code !== 'required' && (
                <Menu.Item onClick={() => fix({ kind: 'trim' })}>{t('fix.trim')}</Menu.Item>
              )}
              <Menu.Item onClick={() => setIsReplacing(true)}>{t('fix.replaceBy', { n })}</Menu.Item>
              {code !== 'required' && (
                <Menu.Item onClick={() => fix({ kind: 'replace_by', text: null })}>
                  {t('fix.clear', { n })}
                </Menu.Item>
              )}
            </>
          )}
          <Menu.Item className={css.danger} onClick={deleteRows}>
            {t('review.deleteRows', { n })}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isReplacing && column && (
        <ReplaceValues
          column={column}
          count={n}
          onClose={() => setIsReplacing(false)}
          onReplace={(text) => {
            setIsReplacing(false);
            fix({ kind: 'replace_by', text });
          }}
        />
      )}
    </div>
  );
}
