import type { AnswerFault, PostResult } from '@inlet/connectors';
import { acknowledgementSchema, InletError } from '@inlet/contracts';
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

export interface ReadAcknowledgement {
  readonly rejected: readonly RejectedRow[];
  /** Why the answer could not be read, so that rows may be rejected in it; null if it could. */
  readonly error: InletError | null;
}

/**
 * Reads the body of a 2xx response. The status alone acknowledges the batch, so a body that is empty, or a text of any
 * other form, rejects nothing.
 */
export function readAcknowledgement(result: PostResult, host: string): ReadAcknowledgement {
  const fault = describeFault(result);
  const detail = fault && `The answer of ${host} ${fault}.`;
  return {
    rejected: readRejectedRows(result.answer),
    error: detail === null ? null : new InletError('acknowledgement_unreadable', { detail }),
  };
}

const FAULTS: Readonly<Record<AnswerFault, string>> = {
  too_large: 'is too large',
  cut_off: 'breaks off',
  encoded: 'is compressed, which the request does not accept',
  not_utf8: 'is called JSON and is not UTF-8',
};

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

function describeFault({ answer, answerFault, headers }: PostResult): string | null {
  const isJson = JSON_TYPE.test(headers['content-type'] ?? '');
  if (answerFault !== null && (answerFault !== 'not_utf8' || isJson)) return FAULTS[answerFault];
  return isJson && answer.trim() !== '' && parseJson(answer) === undefined
    ? 'is called JSON and is none'
    : null;
}

const readRejectedRows = (answer: string): readonly RejectedRow[] => readRejections(parseJson(answer));

/** The rejected rows of an answer, in the form of `acknowledgementSchema`; none for any other form. */
export function readRejections(answer: unknown): readonly RejectedRow[] {
  const parsed = acknowledgementSchema.safeParse(answer);
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
