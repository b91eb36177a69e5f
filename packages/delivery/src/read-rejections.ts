import { acknowledgementSchema } from '@inlet/contracts';

export interface Rejection {
  readonly rowKey: string;
  /** At least one, in the receiver's words. */
  readonly errors: readonly { readonly columnKey: string | null; readonly message: string }[];
}

const MAX_ERRORS = 20;
const MAX_MESSAGE_LENGTH = 500;
const NO_REASON = [{ columnKey: null, message: 'The receiver refused the row without saying why.' }];

/**
 * The rows that a receiver refuses one by one, from the body of its 2xx answer. An answer that says nothing of the
 * kind, or makes no sense, refuses none: the status alone acknowledges the batch.
 */
export function readRejections(answer: string): readonly Rejection[] {
  const parsed = acknowledgementSchema.safeParse(parseJson(answer));
  if (!parsed.success) return [];
  return parsed.data.results
    .filter(({ status }) => status.toLowerCase() === 'rejected')
    .map(({ rowKey, errors = [] }) => ({
      rowKey,
      errors: errors.length === 0 ? NO_REASON : errors.slice(0, MAX_ERRORS).map(toError),
    }));
}

function toError(error: string | { columnKey?: string | null | undefined; message: string }) {
  const { columnKey = null, message } = typeof error === 'string' ? { message: error } : error;
  return { columnKey, message: message.slice(0, MAX_MESSAGE_LENGTH) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
