export { checkColumns } from './check/check-columns.js';
export { type CheckOptions, type CompiledCheck, compileCheck } from './check/compile-check.js';
export { canBeEmpty } from './check/compile-column.js';
export { compileRowFilter, findUnreadableLimits, type IsIncluded } from './check/compile-row-filter.js';
export { createIssueSink, type IssueSink } from './check/issue-sink.js';
export { MESSAGES, type MessageKey, type Messages } from './check/messages.js';
export { type Churn, findChurn } from './diff/churn.js';
export {
  contentDigest,
  createRowIdentity,
  type RowIdentity,
  type RowToIdentify,
} from './diff/create-row-identity.js';
export { BY_CONTENT, findIdentityCandidates, guessIdentity } from './diff/identity-candidates.js';
export {
  type DecidedIdentity,
  hasFeedIdentity,
  type IdentityCandidates,
  identityPaths,
  isIdentityPath,
} from './diff/identity-paths.js';
export {
  compileSurveyed,
  createIdentitySurvey,
  type IdentityDecision,
  type SurveyedItem,
} from './diff/identity-survey.js';
export { isItemState } from './diff/item-pages.js';
export { type ItemChange, ItemState, type TakenItem, type UnseenItems } from './diff/item-state.js';
export { checkMapping, checkTransforms, isRequired } from './map/check-mapping.js';
export { type CompiledMapping, compileMapping, defaultRepeat, mappingPaths } from './map/compile-mapping.js';
export { compileTransform, type TransformText } from './map/compile-transform.js';
export { formatOfHead } from './read/decode-source.js';
export { HeadingStats } from './read/heading-stats.js';
export { type OutlineResult, outlineSource } from './read/outline-source.js';
export { isFeedFieldPath, pathLabel } from './read/paths.js';
export { markIncomplete, type ReadFacts, warnOnce } from './read/read-facts.js';
export { readRecords } from './read/read-records.js';
export {
  arrangeRow,
  type FileMatch,
  type LeadingFile,
  matchFile,
} from './read/table/match-file.js';
export { openFileTable } from './read/table/open-file-table.js';
export { openTextTable } from './read/table/open-text-table.js';
export {
  type HeaderReason,
  type ProposedHeader,
  proposeHeader,
  tableHeadings,
} from './read/table/propose-header.js';
export { SNIFF_BYTES, type SniffedFormat, sniffFormat } from './read/table/sniff-format.js';
export type * from './read/table/table.js';
export { isTotalRow } from './read/table/total-row.js';
export * from './read/types.js';
export type { FileBytes } from './read/xlsx/open-package.js';
export type { CellFault } from './read/xlsx/row-builder.js';
export { hasFeedField } from './read/xml/feed-fields.js';
export { compileSimilarOption } from './suggest/similar-option.js';
export { mappingFromSuggestions, suggestMapping } from './suggest/suggest-mapping.js';
export { escapeLiteral } from './values/compile-pattern.js';
export { createFirstRecords, hashText, type TextHash } from './values/first-records.js';
export { compileOptionMatch } from './values/match-option.js';
export { splitChoices } from './values/split-choices.js';
export { csvLine } from './write/csv-line.js';
export { guardFormulas, removeFormulaGuards } from './write/formula-guard.js';
export { sampleCsv, sampleWorkbook } from './write/sample-file.js';
export { type XlsxCell, xlsxStream } from './write/xlsx-stream.js';
