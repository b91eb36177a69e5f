import type { SessionRequest, SessionResponse, WidgetGiven, WidgetOptions } from '@inlet/contracts';
import { ApiProblem } from '../api/api-problem.js';
import { type Api, createApi } from '../api/create-api.js';
import type { Host } from '../connect-host.js';
import { chooseLanguage, type Language, loadTexts } from '../locales/load-texts.js';
import { createFormats, type Formats } from '../texts/create-formats.js';
import { createText, type Translate } from '../texts/create-text.js';

/** How long the page may take to sign a new user token. */
const TOKEN_PATIENCE_MS = 20_000;

export interface Words {
  readonly t: Translate;
  readonly formats: Formats;
  readonly language: Language;
}

export async function loadWords(options: Pick<WidgetOptions, 'locale' | 'texts'>): Promise<Words> {
  const language = languageOf(options);
  const texts = await loadTexts(language.language);
  return {
    t: createText({ locale: language.tag, texts, overrides: options.texts ?? {} }),
    formats: createFormats({ locale: language.tag, now: Date.now }),
    language,
  };
}

export const languageOf = ({ locale }: Pick<WidgetOptions, 'locale'>): Language =>
  chooseLanguage([...(locale ? [locale] : []), ...navigator.languages]);

export interface Session {
  readonly api: Api;
  readonly session: SessionResponse;
  /** What the page knows already of a new import; null where it gave nothing, or nothing that can be used. */
  readonly given: WidgetGiven | null;
  /** Why what the page gave cannot be used. */
  readonly dataProblem: ApiProblem | null;
}

interface Starting {
  readonly host: Host;
  readonly options: WidgetOptions;
  /** The person's own zone. */
  readonly timeZone: string;
}

/** Begins the session; a later one, after this has ended, asks the page for a new user token. */
export async function startSession({ host, options, timeZone }: Starting): Promise<Session> {
  let isFirst = true;
  const api = createApi({
    baseUrl: new URL('v1/', document.baseURI).href,
    fetch: (input, init) => window.fetch(input, init),
    locale: languageOf(options).tag,
    startSession: async () => {
      const userToken = isFirst ? options.userToken : ((await askForToken(host)) ?? options.userToken);
      isFirst = false;
      return sessionRequest({ ...options, userToken }, host.origin);
    },
  });
  const session = await api.begin();
  return { api, session, ...(await readData(options.data, { api, timeZone })) };
}

type Given = Pick<Session, 'given' | 'dataProblem'>;

/** A fault in what the page gave is told, and keeps nobody from setting the import up by hand. */
async function readData(
  data: WidgetOptions['data'],
  { api, timeZone }: { api: Api; timeZone: string },
): Promise<Given> {
  if (data === undefined) return { given: null, dataProblem: null };
  try {
    return { given: await api.checkData(inZone(data, timeZone)), dataProblem: null };
  } catch (failure) {
    if (!(failure instanceof ApiProblem)) throw failure;
    const { status, problem } = failure;
    const isFault = problem.errors !== undefined || status === 413;
    const dataProblem = isFault ? new ApiProblem('data_invalid', { status, problem }) : failure;
    return { given: null, dataProblem };
  }
}

/** A schedule without a time zone is meant where the person is. */
function inZone(data: WidgetOptions['data'], timeZone: string): unknown {
  const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject(data) || !isObject(data.schedule)) return data;
  return { ...data, schedule: { timeZone, ...data.schedule } };
}

function sessionRequest(
  options: Omit<WidgetOptions, 'userToken'> & { userToken: string | undefined },
  origin: string,
): SessionRequest {
  const { publishableKey, templateId, externalUserId, userToken, extra } = options;
  return {
    publishableKey,
    template: templateId,
    origin,
    ...(userToken !== undefined && { userToken }),
    ...(externalUserId !== undefined && { externalUserId }),
    ...(extra !== undefined && { extra }),
  };
}

function askForToken(host: Host): Promise<string | null> {
  return new Promise((resolve) => {
    const end = (userToken: string | null) => {
      stop();
      clearTimeout(patience);
      resolve(userToken);
    };
    const patience = setTimeout(() => end(null), TOKEN_PATIENCE_MS);
    const stop = host.onMessage((message) => {
      if (message.type === 'token') end(message.userToken);
    });
    host.post({ type: 'needToken' });
  });
}
