import { acknowledgementSchema } from '@inlet/contracts';
import { parseJson } from './parse-json.js';

interface RowError {
  /** The column that the receiver names; null if the error is about the whole row. */
  readonly columnKey: string | null;
  readonly message: string;
}

export interface RejectedRow {
  readonly rowKey: string;
  /** At least one, in the receiver's words. */
  readonly errors: readonly RowError[];
}

const MAX_ERRORS = 20;
const MAX_MESSAGE_LENGTH = 500;
const NO_REASON: readonly RowError[] = [
  { columnKey: null, message: 'The receiver rejected the row without a reason.' },
];

/**
 * Reads the rejected rows from the body of a 2xx response. Returns an empty list for a body of any other form: the
 * status alone acknowledges the batch.
 */
export function readRejectedRows(answer: string): readonly RejectedRow[] {
  const parsed = acknowledgementSchema.safeParse(parseJson(answer));
  if (!parsed.success) return [];
  return parsed.data.results.flatMap((result) =>
    result?.status.trim().toLowerCase() === 'rejected'
      ? { rowKey: result.rowKey, errors: rowErrors(result.errors ?? []) }
      : [],
  );
}

type ReceivedError = string | { columnKey?: string | null | undefined; message: string };

function rowErrors(errors: readonly (ReceivedError | null)[]): readonly RowError[] {
  const readable = errors.filter((error) => error !== null).slice(0, MAX_ERRORS);
  return readable.length === 0 ? NO_REASON : readable.map(toRowError);
}

function toRowError(error: ReceivedError): RowError {
  const { columnKey = null, message } = typeof error === 'string' ? { message: error } : error;
  return { columnKey, message: message.slice(0, MAX_MESSAGE_LENGTH) };
}
