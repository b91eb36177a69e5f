import { moveSource, type Source, sourceIdentity } from '@inlet/contracts';
import type { FetchState } from '../ports/model.js';

/** After this many runs in a row that were redirected for good, the new address is used directly. */
const MOVES_BEFORE_FOLLOWING = 3;

const hasMoved = (source: Source, { movedFrom, movedTimes }: FetchState): boolean =>
  movedFrom === sourceIdentity(source) && movedTimes >= MOVES_BEFORE_FOLLOWING;

/** Returns the source at the address that it moved to for good. Its secrets never follow it to another server. */
export function followMove(source: Source, known: FetchState): Source {
  return known.movedTo !== null && hasMoved(source, known) ? moveSource(source, known.movedTo) : source;
}

/** Remembers where a source moved to for good; one answer is no proof, a row of them is. */
export function moveState(
  source: Source,
  { known, movedTo }: { known: FetchState; movedTo: string | null },
): Pick<FetchState, 'movedFrom' | 'movedTo' | 'movedTimes'> {
  if (hasMoved(source, known)) return known;
  if (movedTo === null) return { movedFrom: null, movedTo: null, movedTimes: 0 };
  const movedFrom = sourceIdentity(source);
  const isSame = movedTo === known.movedTo && movedFrom === known.movedFrom;
  return { movedFrom, movedTo, movedTimes: isSame ? known.movedTimes + 1 : 1 };
}
