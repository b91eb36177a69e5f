import { dirname, relative, resolve, sep } from 'node:path';

/**
 * Finds the import cycles among the files of one package; `import type` counts like any other import.
 *
 * @param {Map<string, string[]>} imports For each file (absolute path), the relative specifiers that it imports.
 * @param {string} root Paths are reported relative to it.
 * @returns {string[]} One line for each group of files that import each other.
 */
export function findCycles(imports, root) {
  const edges = new Map(
    [...imports].map(([file, names]) => [
      file,
      names.map((name) => targetOf(file, name, imports)).filter(Boolean),
    ]),
  );
  const show = (file) => relative(root, file).split(sep).join('/');
  return stronglyConnected(edges)
    .filter((group) => group.length > 1 || edges.get(group[0]).includes(group[0]))
    .map((group) => `import cycle: ${group.map(show).sort().join(', ')}`)
    .sort();
}

/** The file that a relative specifier means: sources import each other with the extension of the compiled file. */
function targetOf(file, name, imports) {
  const path = resolve(dirname(file), name).replace(/\.jsx?$/, '');
  return [path, `${path}.ts`, `${path}.tsx`, `${path}/index.ts`].find((each) => imports.has(each));
}

/** Tarjan's algorithm (SIAM J. Comput. 1972). */
function stronglyConnected(edges) {
  const index = new Map();
  const low = new Map();
  const stack = [];
  const groups = [];
  const visit = (node) => {
    index.set(node, index.size);
    low.set(node, index.get(node));
    stack.push(node);
    for (const next of edges.get(node)) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(node, Math.min(low.get(node), low.get(next)));
    }
    if (low.get(node) === index.get(node)) groups.push(stack.splice(stack.indexOf(node)));
  };
  for (const node of edges.keys()) if (!index.has(node)) visit(node);
  return groups;
}
