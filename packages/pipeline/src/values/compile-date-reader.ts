import { compileDateFormat } from './date-format.js';
import type { DateFault, Moment } from './moment.js';
import { readMoment } from './read-moment.js';
import { readUsualMoment } from './read-usual-moment.js';
import type { TimeZone } from './time-zone.js';

/** No date is longer, and a format may take quadratic time. */
const MOST_CHARACTERS = 100;

export interface DateReaderOptions {
  /** Tried first, in this order. With formats, the order of day and month is never guessed. */
  readonly formats: readonly string[];
  /** For formats that count from an instant (`epoch_s`). */
  readonly zone: TimeZone;
}

/** Compiles the one reader of dates: the given formats, then ISO 8601, RFC 822 and similar ones. Expects trimmed text. */
export function compileDateReader(options: DateReaderOptions): (text: string) => Moment | DateFault {
  const formats = options.formats.map(compileDateFormat);
  const guessOrder = formats.length === 0;
  return (text) => {
    if (text.length > MOST_CHARACTERS) return 'not_a_date';
    let fault: DateFault | undefined;
    for (const read of formats) {
      const moment = read(text, options.zone);
      if (typeof moment === 'object') return moment;
      fault ??= moment;
    }
    const usual = readUsualMoment(text);
    if (usual) return usual;
    const moment = readMoment(text, { guessOrder });
    return typeof moment === 'object' ? moment : (fault ?? moment);
  };
}
