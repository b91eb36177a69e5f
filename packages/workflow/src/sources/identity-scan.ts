import type { FieldValue, Outline, SourceWarning } from '@inlet/contracts';
import {
  compileSurveyed,
  createIdentitySurvey,
  findIdentityCandidates,
  identityPaths,
} from '@inlet/pipeline';
import { byContentWarning, repeatedIdsWarning } from '../ingest/identity-warnings.js';
import type { HeadScan } from './scan-head.js';

export interface IdentityScan extends HeadScan {
  /**
   * Warns of items of a feed that have the id, or without one the link, of an earlier item, and of records of any source
   * that neither an id nor a link tells apart.
   */
  readonly warnings: () => readonly SourceWarning[];
}

/** Surveys the ids and links of the records in the head of a source. */
export function createIdentityScan(
  outline: Pick<Outline, 'format' | 'recordPath' | 'headings'>,
): IdentityScan {
  const candidates = findIdentityCandidates(outline);
  const paths = identityPaths(null, candidates);
  const pathAt = (path: string) => paths.indexOf(path);
  const readSurveyed = compileSurveyed({ format: outline.format, candidates, pathAt });
  const survey = createIdentitySurvey(candidates);
  return {
    paths,
    onFields: (fields: readonly FieldValue[]) => survey.add(readSurveyed(fields)),
    warnings() {
      const { items, repeats } = survey;
      const repeated = candidates === null ? repeatedIdsWarning({ items, repeats }) : [];
      const isByContent = items > 0 && survey.decide().basis === 'content';
      return isByContent ? [...repeated, byContentWarning({ items, byContent: items })] : repeated;
    },
  };
}
