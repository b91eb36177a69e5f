import { escapeKey } from '../paths.js';
import { conditionalSegment } from './condition.js';
import { findNode, pathOf } from './record-boundary.js';
import type { Survey, SurveyNode } from './survey.js';

const MOST_PATHS = 800;
const MOST_ABOVE = 150;

/** An element that holds only other elements or only attributes has no value itself. */
const hasValue = (node: SurveyNode): boolean =>
  node.hasText || (node.children.size === 0 && node.attributes.size === 0);

export interface HeadingPaths {
  readonly inside: string[];
  readonly above: readonly string[];
  /** Whether the record has more paths. */
  readonly hasMore: boolean;
}

/** All paths of a survey that have a value, inside the record element and outside of it. */
export function headingPaths(survey: Survey, record: SurveyNode | null): HeadingPaths {
  const inside = record === null ? [] : valuesBelow(record, '', null);
  if (record?.hasText) inside.unshift('.');
  const above = survey.roots.flatMap((root) =>
    root === record
      ? []
      : [...ownValues(root, pathOf(root)), ...valuesBelow(root, `${pathOf(root)}/`, record)],
  );
  return {
    inside: inside.slice(0, MOST_PATHS),
    above: above.slice(0, MOST_ABOVE),
    hasMore: inside.length > MOST_PATHS,
  };
}

function ownValues(node: SurveyNode, path: string): string[] {
  const attributes = [...node.attributes].map((name) => `${path}/@${escapeKey(name)}`);
  return hasValue(node) ? [path, ...attributes] : attributes;
}

/** Paths of the values below a node, in the order of the source, without those of the subtree `except`. */
function valuesBelow(node: SurveyNode, prefix: string, except: SurveyNode | null): string[] {
  const own = prefix === '' ? [...node.attributes].map((name) => `@${escapeKey(name)}`) : [];
  const below = [...node.children.values()]
    .filter((child) => child !== except)
    .flatMap((child) => {
      const path = `${prefix}${escapeKey(child.name)}`;
      const plain = [...ownValues(child, path), ...valuesBelow(child, `${path}/`, except)];
      return except === null ? [...plain, ...conditionalValues(child, prefix)] : plain;
    });
  return [...own, ...below];
}

/** Paths of the values below a node for each value of the attribute that tells its siblings apart. */
function conditionalValues(node: SurveyNode, prefix: string): string[] {
  const found = node.telling.choose(node.name);
  if (found === null) return [];
  const { attribute, values } = found;
  const isOther = (path: string) => !path.endsWith(`/@${escapeKey(attribute)}`);
  return values.flatMap((value) => {
    const path = prefix + conditionalSegment(node.name, { attribute, value });
    return [...ownValues(node, path).filter(isOther), ...valuesBelow(node, `${path}/`, null)];
  });
}

/**
 * The path of the enclosing element that a path above the record begins at; undefined if there is one such element in
 * the survey, whose values are the same in every row.
 */
export function enclosingPathOf(survey: Survey, path: string, recordPath: string): string | undefined {
  const around = recordPath.split('/').slice(0, -1);
  const names = path.split('/');
  const shared = around.findIndex((name, at) => name !== names[at]);
  const enclosing = around.slice(0, shared < 0 ? undefined : shared).join('/');
  return (findNode(survey, enclosing)?.count ?? 0) > 1 ? enclosing : undefined;
}

/** `item > media:content > @url` inside the record, `channel > title` above it. */
export function labelOf(path: string, recordPath: string): string {
  const unescaped = (text: string) => text.replaceAll('~1', '/').replaceAll('~0', '~');
  const words = (parts: string[]) => parts.map(unescaped).join(' > ');
  if (path.startsWith('/')) {
    const parts = path.slice(1).split('/');
    const isWrapped = parts.length > 2 && (parts[0] === 'rss' || parts[0] === 'rdf:RDF');
    return words(isWrapped ? parts.slice(1) : parts);
  }
  const record = recordPath.slice(recordPath.lastIndexOf('/') + 1);
  return words(path === '.' ? [record] : [record, ...path.split('/')]);
}
