import type { IssueGroup, SheetOperation } from '@inlet/contracts';
import type { TextKey } from '../../locales/en.js';
import { monthComesFirst } from '../../review/local-date.js';

export type FixKind = Extract<SheetOperation, { kind: 'fix' }>['by'];

/** A correction of all cells with an issue that is a click. */
export interface DirectFix {
  readonly text: TextKey;
  readonly by: FixKind;
}

const DAY_FIRST: DirectFix = { text: 'fix.dayFirst', by: { kind: 'read_date', order: 'day_first' } };
const MONTH_FIRST: DirectFix = { text: 'fix.monthFirst', by: { kind: 'read_date', order: 'month_first' } };
const COMMA: DirectFix = { text: 'fix.comma', by: { kind: 'read_number', decimal: ',' } };
const POINT: DirectFix = { text: 'fix.point', by: { kind: 'read_number', decimal: '.' } };

/** Decisions that a whole column needs. What is usual in the person's language comes first. */
export function directFixes({ code }: Pick<IssueGroup, 'code'>, locale: string): readonly DirectFix[] {
  if (code === 'date_ambiguous')
    return monthComesFirst(locale) ? [MONTH_FIRST, DAY_FIRST] : [DAY_FIRST, MONTH_FIRST];
  if (code === 'number_ambiguous') return isPointDecimal(locale) ? [POINT, COMMA] : [COMMA, POINT];
  return [];
}

const isPointDecimal = (locale: string): boolean =>
  new Intl.NumberFormat(locale)
    .formatToParts(0.5)
    .some(({ type, value }) => type === 'decimal' && value === '.');
