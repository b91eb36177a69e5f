import type { ProjectSecrets } from '@inlet/contracts';
import { secondsFromNow, signUserToken } from '@inlet/testing';
import type { Answer, BootedInlet } from './boot-inlet.js';

export const ORIGIN = 'https://app.example';

export interface WidgetClient {
  readonly sessionToken: string;
  readonly call: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answer>;
}

export interface OpenOptions {
  readonly project: ProjectSecrets;
  readonly template: string;
  readonly user?: string;
  /** Besides `sub` and `exp`. */
  readonly claims?: object;
  readonly request?: object;
}

/** Asks for a session as the iframe does. */
export function requestSession(
  { call }: BootedInlet,
  { project, template, user, claims, request }: OpenOptions,
): Promise<Answer> {
  const userToken =
    user === undefined
      ? {}
      : {
          userToken: signUserToken({
            secret: project.userTokenSecret,
            claims: { sub: user, exp: secondsFromNow(600), ...claims },
          }),
        };
  const body = { publishableKey: project.publishableKey, template, origin: ORIGIN, ...userToken, ...request };
  return call('POST', '/widget/v1/sessions', { key: null, body });
}

/** Calls routes of the widget with a session token. */
export function widgetClient({ call }: BootedInlet, sessionToken: string): WidgetClient {
  return {
    sessionToken,
    call: (method, path, body, headers = {}) =>
      call(method, `/widget/v1${path}`, {
        key: null,
        headers: { authorization: `Bearer ${sessionToken}`, ...headers },
        ...(body === undefined ? {} : { body }),
      }),
  };
}

export async function openWidget(booted: BootedInlet, options: OpenOptions): Promise<WidgetClient> {
  const answer = await requestSession(booted, options);
  if (answer.status !== 201) throw new Error(`no session: ${answer.text}`);
  return widgetClient(booted, answer.json.sessionToken);
}
