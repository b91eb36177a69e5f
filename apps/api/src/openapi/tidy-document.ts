import { STATUS_CODES } from 'node:http';

const REFERENCE = /"#\/components\/schemas\/([^"]+)"/g;

interface DocumentParts {
  readonly paths?: object;
  readonly components?: { readonly schemas?: Readonly<Record<string, unknown>> };
}

/** Schemas of what a client sends end with this. */
const SENT = 'Input';
/** Generators of types cannot express the recursion. */
const ANY_JSON = { description: 'Any JSON value.' };

/**
 * Removes components that nothing refers to (each schema exists in the form that is sent and the form that is
 * received, and most are used in only one), and describes responses by the text of their status. Defaults of what a
 * client sends become part of the description, because generators of types would make such fields required.
 */
export function tidyDocument<Document extends DocumentParts>(document: Document): Document {
  const schemas = document.components?.schemas ?? {};
  const used = namesUsed(document.paths ?? {}, schemas);
  const kept = Object.entries(schemas)
    .filter(([name]) => used.has(name))
    .map(([name, schema]) => [name, tidySchema(name, schema)]);
  const components = { ...document.components, schemas: Object.fromEntries(kept) };
  const tidied = { ...document, paths: tidyBodies(document.paths ?? {}), components };
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

function tidySchema(name: string, schema: unknown): unknown {
  if (name === 'JsonValue' || name === `JsonValue${SENT}`) return ANY_JSON;
  return name.endsWith(SENT) ? describeDefaults(schema) : schema;
}

const tidyBodies = (paths: object): object =>
  JSON.parse(JSON.stringify(paths), (key, value) => {
    if (key === 'multipart/form-data') return withFile(value);
    return key === 'requestBody' ? describeDefaults(value) : value;
  });

const FILE = {
  type: 'string',
  format: 'binary',
  description: 'The file, after all other fields. The part is repeated for each further file.',
};

/** Forms have files, which are no members of the body that a route validates. */
const withFile = ({ schema, ...rest }: { readonly schema: { readonly properties: object } }): object => ({
  ...rest,
  schema: { ...schema, properties: { ...schema.properties, file: FILE } },
});

function describeDefaults(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema), (key, value) => {
    const isSchema = typeof value === 'object' && value !== null && key !== 'properties';
    if (!isSchema || !('default' in value)) return value;
    const { default: standard, ...rest } = value;
    const sentence = `Default: \`${JSON.stringify(standard)}\`.`;
    return { ...rest, description: rest.description ? `${rest.description} ${sentence}` : sentence };
  });
}
