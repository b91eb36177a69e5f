import type { WidgetMessage, WidgetOptions } from '@inlet/contracts';
import { DirectionProvider, MantineProvider } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useEffect, useLayoutEffect, useMemo, useState } from 'react';
import { ApiProblem } from './api/api-problem.js';
import { ErrorPanel } from './components/error-panel.js';
import { FirstSkeleton } from './components/first-skeleton.js';
import type { Host } from './connect-host.js';
import { Shell } from './screens/shell.js';
import { languageOf, loadWords, type Session, startSession, type Words } from './session/start.js';
import { WidgetProvider } from './session/widget-context.js';
import { WordsProvider } from './session/words-context.js';
import { makeTheme, makeVariables } from './theme.js';

type Start =
  | { state: 'waiting' }
  | { state: 'failed'; problem: unknown }
  | { state: 'ready'; session: Session };

/** From the page's first message to the first screen. */
export function App({ host }: { host: Host | null }) {
  const [options, setOptions] = useState<WidgetOptions | null>(null);
  const [words, setWords] = useState<Words | null>(null);
  const [start, setStart] = useState<Start>({ state: 'waiting' });
  const [attempt, setAttempt] = useState(0);
  const timeZone = useMemo(() => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC', []);

  useEffect(() => {
    if (!host) return;
    const stop = host.onMessage((message) => {
      if (message.type === 'init') setOptions((known) => known ?? message.options);
    });
    host.post({ type: 'hello' });
    return stop;
  }, [host]);

  // Before there is anything to lose; from then on the shell answers.
  const isReady = start.state === 'ready';
  useLayoutEffect(() => {
    if (!host || isReady) return;
    return host.onMessage(({ type }) => {
      if (type === 'requestClose') host.post({ type: 'close' });
    });
  }, [host, isReady]);

  useEffect(() => {
    const wanted = options ?? (host ? null : {});
    if (wanted) void loadWords(wanted).then(setWords);
  }, [options, host]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: trying again is another attempt with the same options.
  useEffect(() => {
    if (!host || !options) return;
    let isCurrent = true;
    startSession({ host, options, timeZone }).then(
      (session) => {
        if (!isCurrent) return;
        for (const { title, help } of session.session.warnings) console.warn(`Inlet: ${title}. ${help}`);
        setStart({ state: 'ready', session });
        host.post({ type: 'ready' });
        if (session.dataProblem) host.post(errorOf(session.dataProblem));
      },
      (problem: unknown) => {
        if (!isCurrent) return;
        setStart({ state: 'failed', problem });
        host.post(errorOf(problem));
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [host, options, attempt]);

  // Before anything is drawn, which would turn round otherwise.
  useLayoutEffect(() => {
    const wanted = options ?? (host ? null : {});
    if (!wanted) return;
    const { tag, direction } = languageOf(wanted);
    document.documentElement.lang = tag;
    document.documentElement.dir = direction;
  }, [options, host]);

  const scheme = useScheme(options);
  const theme = useMemo(() => makeTheme(options?.appearance), [options]);
  const variables = useMemo(() => makeVariables(options?.appearance), [options]);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      forceColorScheme={scheme}
      getStyleNonce={styleNonce}
    >
      {words ? (
        <DirectionProvider
          key={words.language.direction}
          initialDirection={words.language.direction}
          detectDirection={false}
        >
          <WordsProvider value={words}>
            <Screen
              {...{ host, options, words, start, timeZone }}
              onRetry={() => {
                setStart({ state: 'waiting' });
                setAttempt(attempt + 1);
              }}
            />
          </WordsProvider>
        </DirectionProvider>
      ) : (
        options && <FirstSkeleton />
      )}
    </MantineProvider>
  );
}

interface ScreenProps {
  readonly host: Host | null;
  readonly options: WidgetOptions | null;
  readonly words: Words;
  readonly start: Start;
  readonly timeZone: string;
  readonly onRetry: () => void;
}

function Screen({ host, options, words, start, timeZone, onRetry }: ScreenProps) {
  if (!host) return <ErrorPanel problem={new ApiProblem('session_missing')} isWholeScreen />;
  if (start.state === 'failed')
    return (
      <ErrorPanel
        problem={start.problem}
        onRetry={onRetry}
        isWholeScreen
        onClose={options?.isInline ? undefined : () => host.post({ type: 'close' })}
      />
    );
  if (start.state === 'waiting' || !options) return <FirstSkeleton />;
  return (
    <WidgetProvider value={{ ...words, ...start.session, host, options, timeZone }}>
      <Shell />
    </WidgetProvider>
  );
}

/** For the developer of the page, with each field that is at fault. */
function errorOf(problem: unknown): WidgetMessage {
  if (!(problem instanceof ApiProblem)) return { type: 'error', code: 'internal', message: String(problem) };
  const faults = problem.fieldErrors.map(({ path, message }) => `${path}: ${message}`);
  return { type: 'error', code: problem.code, message: [problem.message, ...faults].join('\n') };
}

function useScheme(options: WidgetOptions | null): 'light' | 'dark' {
  const prefersDark = useMediaQuery('(prefers-color-scheme: dark)', undefined, {
    getInitialValueInEffect: false,
  });
  const wanted = options?.appearance?.colorScheme ?? 'auto';
  if (wanted !== 'auto') return wanted;
  return prefersDark ? 'dark' : 'light';
}

/** Without it, the page's policy lets no inline style through. */
const styleNonce = (): string =>
  document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
