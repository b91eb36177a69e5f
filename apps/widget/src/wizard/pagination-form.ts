import type { Pagination } from '@inlet/contracts';

export type PaginationKind = Pagination['kind'];

/** The fields of all kinds of pagination, as typed. */
export interface PaginationForm {
  readonly kind: PaginationKind;
  readonly path: string;
  readonly parameter: string;
  /** Number of the first page or item; empty for the usual one. */
  readonly first: string;
  readonly maxPages: string;
}
export type PaginationField = 'path' | 'parameter';

const DEFAULT_MAX_PAGES = 20;
const MOST_PAGES = 1000;

export const DECLARED_PAGES: PaginationForm = {
  kind: 'declared',
  path: '',
  parameter: '',
  first: '',
  maxPages: String(DEFAULT_MAX_PAGES),
};

export function toPaginationForm(stored: Pagination): PaginationForm {
  if (stored.kind === 'none') return { ...DECLARED_PAGES, kind: 'none' };
  const { kind, maxPages } = stored;
  return {
    kind,
    path: 'path' in stored ? stored.path : '',
    parameter: 'parameter' in stored ? stored.parameter : '',
    first: 'first' in stored ? String(stored.first) : '',
    maxPages: String(maxPages),
  };
}

export function toPagination(form: PaginationForm): Pagination {
  const { kind } = form;
  const maxPages = numberOf(form.maxPages, { least: 1, most: MOST_PAGES, fallback: DEFAULT_MAX_PAGES });
  const path = toPath(form.path);
  const parameter = form.parameter.trim();
  switch (kind) {
    case 'none':
      return { kind };
    case 'declared':
      return { kind, maxPages };
    case 'path':
      return { kind, path, maxPages };
    case 'cursor':
      return { kind, path, parameter, maxPages };
    case 'page':
    case 'offset': {
      const fallback = kind === 'page' ? 1 : 0;
      return { kind, parameter, first: numberOf(form.first, { least: 0, fallback }), maxPages };
    }
  }
}

/** Fields that must be filled in before the source can be read. */
export function wrongPaginationFields(form: PaginationForm): PaginationField[] {
  const needed: Readonly<Record<PaginationKind, readonly PaginationField[]>> = {
    none: [],
    declared: [],
    path: ['path'],
    page: ['parameter'],
    offset: ['parameter'],
    cursor: ['path', 'parameter'],
  };
  return needed[form.kind].filter((field) => form[field].trim() === '');
}

/** People write `paging/next` or, as paths are shown, `paging > next`. */
const toPath = (text: string): string =>
  `/${text
    .split(/\s*>\s*|\//)
    .map((part) => part.trim())
    .filter(Boolean)
    .join('/')}`;

interface NumberLimits {
  readonly least: number;
  readonly most?: number;
  readonly fallback: number;
}

function numberOf(text: string, { least, most = Number.MAX_SAFE_INTEGER, fallback }: NumberLimits): number {
  const number = Number.parseInt(text, 10);
  return Number.isNaN(number) ? fallback : Math.min(most, Math.max(least, number));
}
