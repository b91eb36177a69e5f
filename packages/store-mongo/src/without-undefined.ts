/**
 * A deep copy of JSON data in which members that are undefined are left out, as JSON does. The driver would
 * store them as null, and what comes back would no longer be what the contracts' schemas gave.
 */
export function withoutUndefined<Data>(data: Data): Data {
  return JSON.parse(JSON.stringify(data));
}
