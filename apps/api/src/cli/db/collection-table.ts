import type { TransferredCollection } from '@inlet/embedded-mongo';

const HEADER = ['collection', 'documents', 'indexes'] as const;

/** One line per collection: its name, then its count. */
export function collectionTable(collections: readonly TransferredCollection[]): string {
  const rows = collections
    .toSorted((a, b) => (a.ns < b.ns ? -1 : 1))
    .map(
      ({ ns, documents, indexes }) => [nameIn(ns), documents.toLocaleString('en'), String(indexes)] as const,
    );
  const lines = [HEADER, ...rows];
  const [nameWidth, documentsWidth] = [0, 1].map((at) =>
    Math.max(...lines.map((line) => line[at]?.length ?? 0)),
  );
  return lines
    .map(([name, documents, indexes]) =>
      [
        name.padEnd(nameWidth ?? 0),
        documents.padStart(documentsWidth ?? 0),
        indexes.padStart(HEADER[2].length),
      ].join('  '),
    )
    .join('\n');
}

/** `11 collections, 2,400 documents`. */
export function totalOf(collections: readonly TransferredCollection[]): string {
  const documents = collections.reduce((sum, each) => sum + each.documents, 0);
  return `${countOf(collections.length, 'collection')}, ${countOf(documents, 'document')}`;
}

/** A namespace is the database name, a dot, and the collection name, which may contain more dots. */
const nameIn = (ns: string): string => ns.slice(ns.indexOf('.') + 1);

const countOf = (count: number, noun: string): string =>
  `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
