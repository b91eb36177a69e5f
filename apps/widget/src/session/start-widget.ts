import type { SessionResponse, WidgetGiven, WidgetOptions, WidgetUploadInput } from '@inlet/contracts';
import { ApiProblem } from '../api/api-problem.js';
import { type Api, createApi } from '../api/create-api.js';
import type { Host } from '../connect-host.js';
import { languageOf } from './words.js';

/** How long the host may take to sign a new user token. */
const TOKEN_TIMEOUT_MS = 20_000;

export interface StartedWidget {
  readonly api: Api;
  readonly session: SessionResponse;
  /** The host's data for a new import; null if it is missing or invalid. */
  readonly given: WidgetGiven | null;
  /** The host's rows for a new import; null for none. */
  readonly givenRows: GivenRows | null;
  /** Why the host's data cannot be used. */
  readonly dataProblem: ApiProblem | null;
}

export type GivenRows = NonNullable<WidgetUploadInput['rows']>;

interface StartOptions {
  readonly host: Host;
  readonly options: WidgetOptions;
  /** The person's time zone. */
  readonly timeZone: string;
}

/** Starts the session. When it expires, the API client starts another one with a new user token from the host. */
export async function startWidget({ host, options, timeZone }: StartOptions): Promise<StartedWidget> {
  if (host.reviewToken !== undefined) return startReview(host.reviewToken, options);
  let isFirst = true;
  const api = createApi({
    baseUrl: new URL('v1/', document.baseURI).href,
    fetch: (input, init) => window.fetch(input, init),
    locale: languageOf(options).tag,
    startSession: async () => {
      const userToken = isFirst ? options.userToken : ((await requestToken(host)) ?? options.userToken);
      isFirst = false;
      const { publishableKey, templateId, externalUserId, extra } = options;
      return { publishableKey, template: templateId, origin: host.origin, userToken, externalUserId, extra };
    },
  });
  const session = await api.begin();
  return { api, session, ...(await checkGivenData(options.data, { api, timeZone })) };
}

/** The session of a review link, whose token starts another one when it expires. */
async function startReview(token: string, options: WidgetOptions): Promise<StartedWidget> {
  const api = createApi({
    baseUrl: new URL('widget/v1/', document.baseURI).href,
    sessionPath: 'sessions/review',
    fetch: (input, init) => window.fetch(input, init),
    locale: languageOf(options).tag,
    startSession: async () => ({ token }),
  });
  return { api, session: await api.begin(), given: null, givenRows: null, dataProblem: null };
}

/** Reports invalid data instead of throwing: the person can still set the import up by hand. */
async function checkGivenData(
  data: WidgetOptions['data'],
  { api, timeZone }: { api: Api; timeZone: string },
): Promise<Pick<StartedWidget, 'given' | 'givenRows' | 'dataProblem'>> {
  if (data === undefined) return { given: null, givenRows: null, dataProblem: null };
  // The rows are checked when they become an upload.
  const { rows = null, ...others } = isObject(data) ? data : {};
  try {
    const given = await api.checkData(withTimeZone(isObject(data) ? others : data, timeZone));
    return { given, givenRows: rows as GivenRows | null, dataProblem: null };
  } catch (failure) {
    if (!(failure instanceof ApiProblem)) throw failure;
    return { given: null, givenRows: null, dataProblem: dataProblemOf(failure) };
  }
}

/** A fault in the host's data, or the reason why it cannot be checked now. */
export function dataProblemOf(failure: ApiProblem): ApiProblem {
  const { status, problem } = failure;
  const isFault = problem.errors !== undefined || status === 413;
  return isFault ? new ApiProblem('data_invalid', { status, problem }) : failure;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Puts the person's time zone into a schedule without one. */
function withTimeZone(data: unknown, timeZone: string): unknown {
  if (!isObject(data) || !isObject(data.schedule)) return data;
  return { ...data, schedule: { timeZone, ...data.schedule } };
}

function requestToken(host: Host): Promise<string | null> {
  return new Promise((resolve) => {
    const end = (userToken: string | null) => {
      stop();
      clearTimeout(timeout);
      resolve(userToken);
    };
    const timeout = setTimeout(() => end(null), TOKEN_TIMEOUT_MS);
    const stop = host.onMessage((message) => {
      if (message.type === 'token') end(message.userToken);
    });
    host.post({ type: 'needToken' });
  });
}
