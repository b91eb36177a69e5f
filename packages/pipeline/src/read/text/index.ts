export { detectDialect, looksLikeCsv } from './csv-dialect.js';
export { looksLikeJson } from './looks-like-json.js';
export { outlineCsv } from './outline-csv.js';
export { outlineJson } from './outline-json.js';
export { readCsv } from './read-csv.js';
export { type JsonFormat, readJson } from './read-json.js';
