import type { Connection, mongo, Schema } from 'mongoose';

/**
 * The one handle to a collection of the database. The rule for its two halves: operations use the driver's
 * collection, because casting what already has its type costs more than the rest of an operation; mongoose owns the
 * schema, from which it makes the indexes and checks what requests of people write.
 */
export interface StoredCollection<Document extends object> {
  /** The driver's collection. Members that are undefined are left out of what is sent; bytes arrive as `Buffer`. */
  readonly documents: mongo.Collection<Document>;
  /**
   * Casts these members of a document as the schema says.
   *
   * @throws Error for a member that the schema does not have, or a value that it does not accept.
   */
  check<Fields extends Partial<Document>>(fields: Fields): Promise<Fields>;
  createIndexes(): Promise<void>;
}

/** A connection that was opened and not closed again. */
export type ConnectedConnection = Connection & { readonly db: mongo.Db };

const DRIVER_OPTIONS = { ignoreUndefined: true, promoteBuffers: true } as const;

/** The schema names the collection. Its model lives on `connection`, so that two stores in one process share none. */
export function openCollection<Document extends object>(
  connection: ConnectedConnection,
  schema: Schema<Document>,
): StoredCollection<Document> {
  const name = schema.get('collection');
  if (name === undefined) throw new TypeError('the schema does not name its collection');
  const model = connection.model<Document>(`Inlet ${name}`, schema);
  return {
    documents: connection.db.collection<Document>(name, DRIVER_OPTIONS),
    async check(fields) {
      const document = new model(fields);
      const names = Object.keys(fields);
      await document.validate(names);
      const checked: Record<string, unknown> = document.toObject();
      return Object.fromEntries(names.map((member) => [member, checked[member]])) as typeof fields;
    },
    createIndexes: () => model.createIndexes(),
  };
}
