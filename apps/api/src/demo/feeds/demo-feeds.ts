import { GAZETTE } from './gazette.js';
import { NIGHT_ARCHIVE } from './night-archive.js';
import { PORT_WIRE } from './port-wire.js';
import { type Publication, storiesAt } from './publication.js';
import { TIDE_AND_TABLE } from './tide-and-table.js';
import { toAtom } from './to-atom.js';
import { toCsv } from './to-csv.js';
import { toJsonList } from './to-json-list.js';
import { toRss } from './to-rss.js';

interface Moment {
  readonly now: Date;
  readonly baseUrl: string;
}

export interface DemoFeed {
  readonly publication: Publication;
  /** File name below `/demo/feeds/`. */
  readonly file: string;
  readonly format: string;
  readonly contentType: string;
  /** The feed at a given time. */
  readonly write: (moment: Moment) => string;
}

export const GAZETTE_PATH = '/demo/feeds/gazette.xml';
export const FEED_PAGE_PATH = '/demo/feeds/';

/** One feed of each common kind. All are invented, depend only on the time, and grow. */
export const DEMO_FEEDS: readonly DemoFeed[] = [
  {
    publication: GAZETTE,
    file: 'gazette.xml',
    format: 'RSS',
    contentType: 'application/rss+xml; charset=utf-8',
    write: (moment) => toRss(GAZETTE, { ...moment, stories: storiesAt(GAZETTE, moment) }),
  },
  {
    publication: TIDE_AND_TABLE,
    file: 'tide.atom',
    format: 'Atom',
    contentType: 'application/atom+xml; charset=utf-8',
    write: (moment) => toAtom(TIDE_AND_TABLE, { ...moment, stories: storiesAt(TIDE_AND_TABLE, moment) }),
  },
  {
    publication: PORT_WIRE,
    file: 'port-wire.json',
    format: 'JSON',
    contentType: 'application/json; charset=utf-8',
    write: (moment) => toJsonList(PORT_WIRE, { stories: storiesAt(PORT_WIRE, moment) }),
  },
  {
    publication: NIGHT_ARCHIVE,
    file: 'archive.csv',
    format: 'CSV',
    contentType: 'text/csv; charset=utf-8; header=present',
    write: (moment) => toCsv(storiesAt(NIGHT_ARCHIVE, moment)),
  },
];

export const PUBLICATIONS: readonly Publication[] = DEMO_FEEDS.map(({ publication }) => publication);
