/** The digits of a number as written, without groups, sign and currency. */
export interface NumberDigits {
  readonly isNegative: boolean;
  /** At least one digit; may begin with zeros. */
  readonly integer: string;
  /** May be empty. */
  readonly fraction: string;
}

export type NumberFault = 'not_a_number' | 'ambiguous';
export type DecimalSign = '.' | ',';

const MOST_CHARACTERS = 400;

/** Three-letter codes, as in the prices of product feeds: `15.00 USD`. */
const CURRENCY_CODES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));
const CURRENCY_BEFORE = /^(?:[A-Z]{0,2}\p{Sc}|([A-Z]{3})(?![A-Z]))\s*/u;
const CURRENCY_AFTER = /\s*(?:\p{Sc}|(?<![A-Z])([A-Z]{3}))$/u;
const SIGN_BEFORE = /^[-+\u2212]\s*/;
const SIGN_AFTER = /\s*[-\u2212]$/;
/** Space, no-break spaces, thin space and apostrophes always group digits. */
const PLAIN_GROUPS = /[ \u00a0\u202f\u2009'\u2019]/g;
/** Groups of three from the right; left of the first sign also of two, as in India (12,34,567). */
const GROUPED = /^\d{1,3}(?:g\d{2,3})*g\d{3}$/;
const BODY = /^[\d.,]+$/;
/** The form of most prices, which means only one number. */
const USUAL = /^(\d+)\.(\d{1,2}|\d{4,})(?: ([A-Z]{3}))?$/;

/**
 * Reads a number as written by people and programs: `1,234.50`, `1.234,50`, `1 234,50`, `1'234.50`, `£1,000.21`,
 * `-5 €`, `(12.00)`, `12-`, `15.00 USD`. Refuses percent signs, exponents and other letters.
 * Without `decimal`, one sign before exactly three digits (`1,234`) can mean two numbers and is ambiguous.
 */
export function scanNumber(text: string, decimal?: DecimalSign): NumberDigits | NumberFault {
  if (text.length > MOST_CHARACTERS) return 'not_a_number';
  const usual = decimal === ',' ? null : USUAL.exec(text);
  if (usual && (usual[3] === undefined || CURRENCY_CODES.has(usual[3])))
    return { isNegative: false, integer: usual[1]!, fraction: usual[2]! };
  const bare = removeSignAndCurrency(text);
  if (!bare) return 'not_a_number';
  const grouped = bare.body.replace(PLAIN_GROUPS, 'g');
  const hasPlainGroups = grouped !== bare.body;
  if (!BODY.test(grouped.replaceAll('g', ''))) return 'not_a_number';
  const cut = cutAtDecimal(grouped, decimal, hasPlainGroups);
  if (typeof cut === 'string') return cut;
  const [whole, fraction] = cut;
  if (!/^\d*$/.test(fraction) || !(/^\d*$/.test(whole) || isGrouped(whole))) return 'not_a_number';
  const integer = whole.replace(/\D/g, '');
  if (integer === '' && fraction === '') return 'not_a_number';
  return { isNegative: bare.isNegative, integer: integer || '0', fraction };
}

/** Whether all signs are the same and at the right distances. */
function isGrouped(whole: string): boolean {
  const signs = new Set(whole.replace(/\d/g, ''));
  return signs.size === 1 && GROUPED.test(whole.replace(/\D/g, 'g'));
}

function removeSignAndCurrency(text: string): { body: string; isNegative: boolean } | undefined {
  const inBrackets = /^\((.+)\)$/.exec(text);
  let body = inBrackets?.[1]?.trim() ?? text;
  let minus = inBrackets ? 1 : 0;
  let signs = inBrackets ? 1 : 0;
  let currencies = 0;
  const strip = (expression: RegExp): string | undefined => {
    const match = expression.exec(body);
    if (!match) return undefined;
    if (match[1] !== undefined && !CURRENCY_CODES.has(match[1])) return undefined;
    body = match.index === 0 ? body.slice(match[0].length) : body.slice(0, match.index);
    return match[0];
  };
  const takeSign = (expression: RegExp): void => {
    const sign = strip(expression);
    if (sign === undefined) return;
    signs++;
    if (!sign.includes('+')) minus++;
  };
  const takeCurrency = (expression: RegExp): void => {
    if (strip(expression) !== undefined) currencies++;
  };
  takeSign(SIGN_BEFORE);
  takeCurrency(CURRENCY_BEFORE);
  takeSign(SIGN_BEFORE);
  takeSign(SIGN_AFTER);
  takeCurrency(CURRENCY_AFTER);
  takeSign(SIGN_AFTER);
  return signs > 1 || currencies > 1 ? undefined : { body, isNegative: minus > 0 };
}

type Cut = readonly [whole: string, fraction: string];

function cutAtDecimal(
  body: string,
  decimal: DecimalSign | undefined,
  hasPlainGroups: boolean,
): Cut | NumberFault {
  if (decimal) return cutAt(body, body.indexOf(decimal));
  const point = body.lastIndexOf('.');
  const comma = body.lastIndexOf(',');
  if (point < 0 && comma < 0) return [body, ''];
  if (point >= 0 && comma >= 0) return cutAt(body, Math.max(point, comma));
  const at = Math.max(point, comma);
  const isOnly = body.indexOf(body.charAt(at)) === at;
  if (!isOnly) return [body, ''];
  const couldGroup = !hasPlainGroups && body.length - at === 4 && /^[1-9]\d{0,2}$/.test(body.slice(0, at));
  return couldGroup ? 'ambiguous' : cutAt(body, at);
}

const cutAt = (body: string, at: number): Cut =>
  at < 0 ? [body, ''] : [body.slice(0, at), body.slice(at + 1)];
