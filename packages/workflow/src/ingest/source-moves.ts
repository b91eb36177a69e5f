import type { Source } from '@inlet/contracts';
import type { FetchState } from '../ports/model.js';

/** After this many runs in a row that were redirected for good, the new address is used directly. */
const MOVES_BEFORE_FOLLOWING = 3;

const hasMoved = (source: Source, { movedFrom, movedTimes }: FetchState): boolean =>
  movedFrom === source.url && movedTimes >= MOVES_BEFORE_FOLLOWING;

/** Uses the address that a source moved to for good; credentials never follow it to another site. */
export function followMove(source: Source, known: FetchState): Source {
  if (known.movedTo === null || !hasMoved(source, known)) return source;
  const isSameSite = new URL(known.movedTo).origin === new URL(source.url).origin;
  const hasCredentials = source.headers !== undefined || source.basicAuth !== undefined;
  return isSameSite || !hasCredentials ? { ...source, url: known.movedTo } : source;
}

/** Remembers where a source moved to for good; one answer is no proof, a row of them is. */
export function moveState(
  source: Source,
  { known, movedTo }: { known: FetchState; movedTo: string | null },
): Pick<FetchState, 'movedFrom' | 'movedTo' | 'movedTimes'> {
  if (hasMoved(source, known)) return known;
  if (movedTo === null) return { movedFrom: null, movedTo: null, movedTimes: 0 };
  const isSame = movedTo === known.movedTo && source.url === known.movedFrom;
  return { movedFrom: source.url, movedTo, movedTimes: isSame ? known.movedTimes + 1 : 1 };
}
