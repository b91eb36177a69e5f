import type { Heading, Outline } from '@inlet/contracts';

/** The records of an outline cut values to this length, and join the values of repeats. */
const CUT_CHARS = 500;

/** Sample values of a heading: those of the first records if each has at most one, else the distinct ones. */
export function sampleValues(heading: Heading, at: number, records: Outline['records']): readonly string[] {
  if (heading.repeats || heading.isAboveRecord) return heading.samples;
  const values = records.flatMap((record) => record[at] ?? []).filter((value) => value.trim() !== '');
  return values.length > 0 ? values : heading.samples;
}

/** Whether the outline may have cut the value. */
export const isCut = (value: string): boolean => value.length >= CUT_CHARS || value.length === 200;
