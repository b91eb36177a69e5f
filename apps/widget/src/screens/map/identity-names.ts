import type { Column, Heading, IdentityCheck, MappedColumn } from '@inlet/contracts';
import { writeLabel } from '../../texts/write-label.js';
import type { IdentityForm } from '../../wizard/selection-form.js';

export interface IdentityNamesOptions {
  readonly identity: IdentityForm;
  /** The identity columns of the template. */
  readonly templateColumns: readonly string[];
  readonly columns: readonly Column[];
  readonly mapping: Readonly<Record<string, MappedColumn>>;
  readonly headings: readonly Heading[];
}

/**
 * The names of the fields that tell rows apart: of the chosen columns, else of the columns that hold the id and the link,
 * else of the fields of the source. null for the agreed places of a feed, and for the content.
 */
export function identityNames(
  { basis, paths }: Pick<IdentityCheck, 'basis' | 'paths'>,
  { identity, templateColumns, columns, mapping, headings }: IdentityNamesOptions,
): string[] | null {
  const nameOf = (key: string) => columns.find((column) => column.key === key)?.name ?? key;
  if (basis === 'columns')
    return (identity.by === 'columns' ? identity.columns : templateColumns).map(nameOf);
  if (paths === null || basis === 'content') return null;
  const nameOfPath = (path: string) => {
    const holder = columns.find(({ key }) => {
      const mapped = mapping[key];
      return mapped && 'path' in mapped && mapped.path === path && !mapped.transforms?.length;
    });
    if (holder) return holder.name;
    const label = headings.find((heading) => heading.path === path)?.label ?? path;
    return writeLabel(label).split(' > ').at(-1) ?? path;
  };
  const used = { id: [paths.id], link: [paths.link], id_and_link: [paths.id, paths.link] }[basis];
  const names = used.flatMap((path) => (path === null ? [] : [nameOfPath(path)]));
  return names.length > 0 ? names : null;
}
