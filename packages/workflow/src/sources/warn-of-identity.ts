import type { Outline, SourceWarning } from '@inlet/contracts';
import {
  compileSurveyed,
  createIdentitySurvey,
  findIdentityCandidates,
  identityPaths,
  readRecords,
} from '@inlet/pipeline';
import { byContentWarning, repeatedIdsWarning } from '../ingest/identity-warnings.js';
import { type FirstPage, iterate } from './unread-pages.js';

/**
 * Warns of items in the head of a feed that have the id, or without one the link, of an earlier item, and of records
 * in the head of any source that neither an id nor a link tells apart.
 */
export async function warnOfIdentity(
  { opened, head, recordPath, parseOptions }: FirstPage,
  outline: Pick<Outline, 'format' | 'recordPath' | 'headings'>,
): Promise<readonly SourceWarning[]> {
  const candidates = findIdentityCandidates(outline);
  const paths = identityPaths(null, candidates);
  const pathAt = (path: string) => paths.indexOf(path);
  const readSurveyed = compileSurveyed({ format: outline.format, candidates, pathAt });
  const survey = createIdentitySurvey(candidates);
  const { batches } = readRecords(iterate(head), { recordPath, parseOptions, paths, hints: opened.hints });
  try {
    for await (const records of batches) for (const { fields } of records) survey.add(readSurveyed(fields));
  } catch {
    // The head ends anywhere. Faults are reported by the readers of the whole page.
  }
  const { items, repeats } = survey;
  const { basis } = survey.decide();
  const repeated = candidates === null ? repeatedIdsWarning({ items, repeats }) : [];
  const isByContent = items > 0 && basis === 'content';
  return isByContent ? [...repeated, byContentWarning({ items, byContent: items })] : repeated;
}
