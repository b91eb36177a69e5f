import type { Outline } from '@inlet/contracts';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useWidget } from '../../session/widget-context.js';
import { nameOf } from '../../wizard/name-of.js';
import type { FoundSource } from '../../wizard/state.js';
import css from './found.module.css';

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

/** One line about the source: name, format, number of items and age of the newest. */
export function FoundFacts({ found }: { found: FoundSource }) {
  const { t, formats } = useWidget();
  const { outline, feed } = found;
  const format = [FORMAT_NAMES[outline.format], outline.formatVersion].filter(Boolean).join(' ');
  const count = outline.isComplete ? 'found.items' : 'found.itemsSoFar';
  return (
    <p className={css.facts}>
      {outline.warnings.length > 0 ? (
        <IconAlertTriangle size={18} className={css.odd} aria-hidden="true" />
      ) : (
        <IconCircleCheck size={18} className={css.check} aria-hidden="true" />
      )}
      <span className={css.clip}>
        <span className={css.list}>
          <span className={css.title}>{nameOf(found)}</span>
          <span className={css.fact}>{format}</span>
          <span className={css.fact}>{t(count, { n: outline.recordCount })}</span>
          {feed?.newestItemAt && (
            <span className={css.fact} title={formats.dateTime(feed.newestItemAt)}>
              {t('found.newest', { when: formats.when(feed.newestItemAt) })}
            </span>
          )}
          {!outline.isComplete && (
            <span className={css.fact}>
              {t('found.firstPart', { size: formats.bytes(outline.bytesRead) })}
            </span>
          )}
        </span>
      </span>
    </p>
  );
}
