import type { ParseOptions } from '@inlet/contracts';
import { Button } from '@mantine/core';
import { Suspense, useMemo } from 'react';
import { DataTable, type TableCell } from '../../components/data-table.js';
import { Fold } from '../../components/fold.js';
import { lazyPart } from '../../components/load-part.js';
import { Bone } from '../../components/skeletons.js';
import { SourceWarnings } from '../../components/source-warnings.js';
import { useWidget } from '../../session/widget-context.js';
import { showValue } from '../../texts/show-value.js';
import { writeLabel } from '../../texts/write-label.js';
import type { FieldKind } from '../../wizard/kind-of-field.js';
import { type PaginationForm, toPaginationForm } from '../../wizard/pagination-form.js';
import type { FoundSource } from '../../wizard/state.js';
import { tellingFields } from '../../wizard/telling-fields.js';
import css from './found.module.css';
import { LevelChoice } from './level-choice.js';
import { RecordTree } from './record-tree.js';

// Few people open these, so the first screen does not wait for their code.
const EncodingChoice = lazyPart(
  () => import('./encoding-choice.js'),
  ({ EncodingChoice }) => EncodingChoice,
);
const HeaderRow = lazyPart(
  () => import('./header-row.js'),
  ({ HeaderRow }) => HeaderRow,
);

/** Height of a panel with one field, in pixels. */
const PANEL_HEIGHT = 98;

const SHOWN_RECORDS = 5;
const WIDE: ReadonlySet<FieldKind> = new Set(['title', 'text']);
const NARROW: ReadonlySet<FieldKind> = new Set(['image', 'link', 'id', 'technical']);

export interface FoundRecordsProps {
  readonly found: FoundSource;
  /** The source is being read again. */
  readonly isStale: boolean;
  /** How the person chose to parse the source. */
  readonly parseOptions: ParseOptions;
  readonly onRecordPath: (path: string) => void;
  readonly onPagination: (pagination: PaginationForm) => void;
  readonly onParseOptions: (options: ParseOptions) => void;
}

/** The first records with their most informative fields, and other ways to read the file. */
export function FoundRecords(props: FoundRecordsProps) {
  const { found, isStale, parseOptions, onRecordPath, onPagination, onParseOptions } = props;
  const { t, formats, timeZone } = useWidget();
  const { outline } = found;
  const fields = useMemo(() => tellingFields(outline), [outline]);
  const cellOf = (value: string | null | undefined, kind: FieldKind): TableCell =>
    value == null ? { text: null } : showValue(value, { kind, formats, timeZone });
  return (
    <section className={css.found} data-stale={isStale} aria-busy={isStale} aria-label={t('found.label')}>
      <SourceWarnings warnings={outline.warnings}>
        {found.proposedPagination && (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() =>
              found.proposedPagination && onPagination(toPaginationForm(found.proposedPagination))
            }
          >
            {t('found.readPages')}
          </Button>
        )}
      </SourceWarnings>
      <LevelChoice found={found} onChoose={onRecordPath} />
      {fields.length > 0 && (
        <DataTable
          label={t('found.table')}
          cellWidth={fields.filter(({ kind }) => WIDE.has(kind)).length > 2 ? 184 : 240}
          columns={fields.map(({ heading: { path, label }, kind }) => ({
            key: path,
            ...namesOfLabel(label),
            isNumeric: kind === 'number',
            isNarrow: NARROW.has(kind),
          }))}
          rows={outline.records.slice(0, SHOWN_RECORDS).map((record, row) => ({
            key: String(row),
            cells: fields.map(({ index, kind }) => cellOf(record[index], kind)),
          }))}
        />
      )}
      {outline.headings.length > fields.length && (
        <p className={css.quiet}>
          {t('found.more', { n: outline.headings.length - fields.length, total: outline.headings.length })}
        </p>
      )}
      <div className={css.folds}>
        <Fold label={t('found.elsewhere')}>
          <RecordTree outline={outline} onChoose={onRecordPath} />
        </Fold>
        {outline.parseOptions.csv && outline.parseOptions.csv.headingsPath === undefined && (
          <Fold label={t('header.open')}>
            <Suspense fallback={<Bone height={PANEL_HEIGHT} />}>
              <HeaderRow
                parseOptions={outline.parseOptions}
                onChoose={(csv) => onParseOptions({ ...parseOptions, csv })}
              />
            </Suspense>
          </Fold>
        )}
        <Fold label={t('encoding.open')} isOpen={parseOptions.encoding !== undefined}>
          <Suspense fallback={<Bone height={PANEL_HEIGHT} />}>
            <EncodingChoice
              used={outline.encoding}
              chosen={parseOptions.encoding}
              onChoose={(encoding) => onParseOptions({ ...parseOptions, encoding })}
            />
          </Suspense>
        </Fold>
      </div>
    </section>
  );
}

/** The last part that is not an attribute, such as `media:content` for `item > media:content > @url`, and the whole label. */
function namesOfLabel(label: string): { name: string; detail: string | undefined } {
  const detail = writeLabel(label);
  const parts = detail.split(' > ').filter((part) => !part.startsWith('@'));
  const name = parts.at(-1) ?? detail;
  return { name, detail: name === detail ? undefined : detail };
}
