import { detectJson, isOneValue } from './detect-json.js';

const MOST_CHARS = 4096;
/** Prefixes against inclusion by a `<script>` of another site. */
const GUARD = /^(?:\)\]\}'?,?|while\s*\(1\);|for\s*\(;;\);|\{\}\s*&&)\s*(?=[{[])/;
/** `callback(`, `window.data["x"] =`, after comments and the check that some servers put before a callback. */
const SCRIPT =
  /^(?:\/\*.{0,200}?\*\/\s*)?(?:typeof\s+[\w$.]+\s*===?\s*['"]function['"]\s*&&\s*)?(?:(?:var|let|const)\s+)?[A-Za-z_$][\w$.]*(?:\[[^\]\r\n]{1,100}\])?\s*[(=]\s*(?=[{[])/;
const LINE_START = /[\r\n][ \t]*(?=[{[])/g;

/** Length of the text before JSON: a guard, the beginning of a script, or messages of a server. 0 without JSON. */
export function measureTextBeforeJson(head: Buffer): number {
  const text = head.toString('latin1');
  const start = text.search(/[^\s\0]/);
  if (start < 0) return 0;
  const prefix =
    GUARD.exec(text.slice(start, start + MOST_CHARS)) ?? SCRIPT.exec(text.slice(start, start + MOST_CHARS));
  if (prefix !== null) {
    const at = start + prefix[0].length;
    return detectJson(head.toString('utf8', at)) === null ? 0 : at;
  }
  return measureMessages(head, text);
}

/** JSON after other lines must be one document up to the end, so that rows of a table with JSON in them are not cut. */
function measureMessages(head: Buffer, text: string): number {
  for (const line of text.slice(0, MOST_CHARS).matchAll(LINE_START)) {
    const at = line.index + line[0].length;
    const rest = head.toString('utf8', at);
    const found = detectJson(rest);
    if ((found === 'json' || found === 'json_feed') && isOneValue(rest)) return at;
  }
  return 0;
}
