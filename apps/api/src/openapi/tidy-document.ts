import { STATUS_CODES } from 'node:http';

const REFERENCE = /"#\/components\/schemas\/([^"]+)"/g;

interface DocumentParts {
  readonly paths?: object;
  readonly components?: { readonly schemas?: Readonly<Record<string, unknown>> };
}

/**
 * Removes components that nothing refers to (each schema exists in the form that is sent and the form that is
 * received, and most are used in only one), and describes responses by the text of their status.
 */
export function tidyDocument<Document extends DocumentParts>(document: Document): Document {
  const schemas = document.components?.schemas ?? {};
  const used = namesUsed(document.paths ?? {}, schemas);
  const kept = Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name)));
  const tidied = { ...document, components: { ...document.components, schemas: kept } };
  return JSON.parse(JSON.stringify(tidied), (key, value) =>
    value?.description === 'Default Response'
      ? { ...value, description: STATUS_CODES[key] ?? 'Done' }
      : value,
  );
}

/** The names that `from` refers to, directly or through other schemas. */
function namesUsed(from: object, schemas: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  const used = new Set<string>();
  const open: unknown[] = [from];
  while (open.length > 0)
    for (const [, name = ''] of JSON.stringify(open.pop()).matchAll(REFERENCE)) {
      if (used.has(name) || schemas[name] === undefined) continue;
      used.add(name);
      open.push(schemas[name]);
    }
  return used;
}
