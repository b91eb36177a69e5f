import type { SurveyNode } from './survey.js';

/**
 * The beginning of a document up to the end of a record, with the end tags that are then missing: a small whole
 * document for parsers that want one.
 */
export function wellFormedCut(head: Buffer, record: SurveyNode, end: number): string {
  let closing = '';
  for (let at = record.parent; at !== null; at = at.parent) closing += `</${at.rawName}>`;
  return head.toString('utf8', 0, end) + Buffer.from(closing, 'latin1').toString();
}

/** Where the last of the first records ends that lies within so many bytes; the first one's start where none does. */
export function endOfFirstRecords(record: SurveyNode, maxBytes: number): number {
  return record.firstEnds.findLast((end) => end <= maxBytes) ?? record.firstStart;
}
