export interface Operation {
  readonly method: string;
  /** With its parameters in braces, as OpenAPI writes it. */
  readonly path: string;
  // biome-ignore lint/suspicious/noExplicitAny: an operation object of another specification, which the tests look into.
  readonly operation: any;
}

/** All operations of an OpenAPI document. */
export function operationsOf(document: { paths: Record<string, Record<string, unknown>> }): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}
