import type { SessionRequest, SessionResponse, WidgetOptions } from '@inlet/contracts';
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
  const language = chooseLanguage([...(options.locale ? [options.locale] : []), ...navigator.languages]);
  const texts = await loadTexts(language.language);
  return {
    t: createText({ locale: language.tag, texts, overrides: options.texts ?? {} }),
    formats: createFormats({ locale: language.tag, now: Date.now }),
    language,
  };
}

export interface Session {
  readonly api: Api;
  readonly session: SessionResponse;
}

/** Begins the session; a later one, after this has ended, asks the page for a new user token. */
export async function startSession({
  host,
  options,
}: {
  host: Host;
  options: WidgetOptions;
}): Promise<Session> {
  let isFirst = true;
  const api = createApi({
    baseUrl: new URL('v1/', document.baseURI).href,
    fetch: (input, init) => window.fetch(input, init),
    startSession: async () => {
      const userToken = isFirst ? options.userToken : ((await askForToken(host)) ?? options.userToken);
      isFirst = false;
      return sessionRequest({ ...options, userToken }, host.origin);
    },
  });
  return { api, session: await api.begin() };
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
