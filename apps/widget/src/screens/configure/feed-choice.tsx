import type { LinkedFeed } from '@inlet/contracts';
import { Notice } from '../../components/notice.js';
import { useWidget } from '../../session/widget-context.js';
import css from './configure.module.css';

export interface FeedChoiceProps {
  readonly feeds: readonly LinkedFeed[];
  readonly onChoose: (url: string) => void;
}

/** The feeds that a web page links to. */
export function FeedChoice({ feeds, onChoose }: FeedChoiceProps) {
  const { t } = useWidget();
  return (
    <div className={css.feeds}>
      <Notice tone="info" title={t('feeds.title')} isAlert>
        <p>{t('feeds.help', { n: feeds.length })}</p>
      </Notice>
      <ul className={css.feeds}>
        {feeds.map(({ url, title }) => (
          <li key={url}>
            <button type="button" className={css.feed} onClick={() => onChoose(url)}>
              <span className={css.feedTitle}>{title ?? t('feeds.untitled')}</span>
              <span className={css.feedUrl} dir="ltr">
                {url}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
