import type { SheetCounts, SheetDownload, SheetView } from '@inlet/contracts';
import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { IconFileDownload, IconFileUpload } from '@tabler/icons-react';
import { useRef } from 'react';
import { useWidget } from '../../session/widget-context.js';
import css from './review.module.css';

export interface SheetFileMenuProps {
  readonly counts: SheetCounts;
  readonly onDownload: (file: SheetDownload) => void;
  /** The person has chosen the corrected file. */
  readonly onCorrected: (file: File) => void;
}

const FORMATS = ['xlsx', 'csv'] as const;
const VIEWS: readonly Exclude<SheetView, 'warnings'>[] = ['all', 'valid', 'invalid'];

/** Rows leave as a file for a spreadsheet program, and come back corrected. */
export function SheetFileMenu({ counts, onDownload, onCorrected }: SheetFileMenuProps) {
  const { t, formats } = useWidget();
  const input = useRef<HTMLInputElement | null>(null);
  const countOf = { all: counts.rows, valid: counts.valid, invalid: counts.invalid };
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Tooltip label={t('review.fileMenu')} withArrow>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" size={30} aria-label={t('review.fileMenu')}>
              <IconFileDownload size={18} aria-hidden="true" />
            </ActionIcon>
          </Menu.Target>
        </Tooltip>
        <Menu.Dropdown>
          {FORMATS.map((format) => (
            <div key={format}>
              <Menu.Label>{t(`review.download.${format}`)}</Menu.Label>
              {VIEWS.map((view) => (
                <Menu.Item
                  key={view}
                  disabled={countOf[view] === 0}
                  rightSection={<span className={css.keys}>{formats.number(countOf[view])}</span>}
                  onClick={() => onDownload({ view, format })}
                >
                  {t(`view.${view}`)}
                </Menu.Item>
              ))}
            </div>
          ))}
          <Menu.Divider />
          <Menu.Item
            leftSection={<IconFileUpload size={16} aria-hidden="true" />}
            onClick={() => input.current?.click()}
          >
            {t('review.correctedFile')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <input
        ref={input}
        type="file"
        hidden
        accept=".csv,.xlsx"
        aria-label={t('review.correctedFile')}
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          // The same file can be chosen again.
          currentTarget.value = '';
          if (file) onCorrected(file);
        }}
      />
    </>
  );
}
