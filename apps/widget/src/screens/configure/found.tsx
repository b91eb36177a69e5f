import type { Outline } from '@inlet/contracts';
import { IconCircleCheck } from '@tabler/icons-react';
import { DataTable } from '../../components/data-table.js';
import { Fold } from '../../components/fold.js';
import { Notice } from '../../components/notice.js';
import { useWidget } from '../../session/widget-context.js';
import type { Look } from '../../wizard/state.js';
import { siteOf } from '../../wizard/to-source.js';
import css from './found.module.css';
import { RecordTree } from './record-tree.js';

const SHOWN_RECORDS = 5;
const SHOWN_FIELDS = 5;

const FORMAT_NAMES: Readonly<Record<Outline['format'], string>> = {
  rss: 'RSS',
  rdf: 'RSS',
  atom: 'Atom',
  json_feed: 'JSON Feed',
  xml: 'XML',
  json: 'JSON',
  ndjson: 'NDJSON',
  csv: 'CSV',
};

export interface FoundProps {
  readonly look: Look;
  /** It is being read again. */
  readonly isStale: boolean;
  readonly onRecordPath: (path: string) => void;
}

/** What is at the address: facts in one line, the first records, and another place for the list. */
export function Found({ look, isStale, onRecordPath }: FoundProps) {
  const { t } = useWidget();
  const { outline } = look;
  const fields = fullestFields(outline);
  return (
    <section className={css.found} data-stale={isStale} aria-busy={isStale} aria-label={t('found.label')}>
      <Facts look={look} />
      <DataTable
        label={t('found.table')}
        columns={fields.map((index) => {
          const heading = outline.headings[index]!;
          return { key: heading.path, name: lastPart(heading.label), detail: heading.label };
        })}
        rows={outline.records.slice(0, SHOWN_RECORDS).map((record, row) => ({
          key: String(row),
          cells: fields.map((index) => ({ text: record[index] ?? null })),
        }))}
      />
      {outline.headings.length > fields.length && (
        <p className={css.quiet}>
          {t('found.more', { n: outline.headings.length - fields.length, total: outline.headings.length })}
        </p>
      )}
      {outline.warnings.length > 0 && (
        <Notice tone="warn" title={t('found.warnings', { n: outline.warnings.length })}>
          <ul>
            {outline.warnings.slice(0, 5).map(({ message }) => (
              <li key={message}>{message}</li>
            ))}
          </ul>
        </Notice>
      )}
      <Fold label={t('found.elsewhere')}>
        <RecordTree outline={outline} onChoose={onRecordPath} />
      </Fold>
    </section>
  );
}

function Facts({ look: { outline, feed, finalUrl } }: { look: Look }) {
  const { t, formats } = useWidget();
  const format = [FORMAT_NAMES[outline.format], outline.formatVersion].filter(Boolean).join(' ');
  const count = outline.isComplete ? 'found.items' : 'found.itemsSoFar';
  return (
    <p className={css.facts}>
      <IconCircleCheck size={18} className={css.check} aria-hidden="true" />
      <span className={css.title}>{feed?.title?.trim() || siteOf(finalUrl)}</span>
      <span className={css.fact}>{format}</span>
      <span className={css.fact}>{t(count, { n: outline.recordCount })}</span>
      {feed?.newestItemAt && (
        <span className={css.fact} title={formats.dateTime(feed.newestItemAt)}>
          {t('found.newest', { when: formats.when(feed.newestItemAt) })}
        </span>
      )}
      {!outline.isComplete && (
        <span className={css.fact}>{t('found.firstPart', { size: formats.bytes(outline.bytesRead) })}</span>
      )}
    </p>
  );
}

/** The fields that most records have, in the order of the source; what is above the record says the same in every row. */
function fullestFields({ headings }: Outline): number[] {
  const ranked = headings
    .map(({ coverage, isAboveRecord }, index) => ({ index, coverage, isAboveRecord }))
    .filter(({ isAboveRecord }) => !isAboveRecord)
    .sort((a, b) => b.coverage - a.coverage || a.index - b.index);
  return ranked
    .slice(0, SHOWN_FIELDS)
    .map(({ index }) => index)
    .sort((a, b) => a - b);
}

const lastPart = (label: string): string => label.split(' > ').at(-1) ?? label;
