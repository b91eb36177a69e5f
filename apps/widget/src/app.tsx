import type { WidgetOptions } from '@inlet/contracts';
import { DirectionProvider, MantineProvider } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useEffect, useLayoutEffect, useMemo, useState } from 'react';
import { ApiProblem } from './api/api-problem.js';
import { CrashBoundary } from './components/crash-boundary.js';
import { ErrorPanel } from './components/error-panel.js';
import { ReloadPanel } from './components/reload-panel.js';
import { WidgetSkeleton } from './components/skeletons.js';
import type { Host } from './connect-host.js';
import { Shell } from './screens/shell.js';
import { toErrorMessage } from './session/error-message.js';
import { type StartedWidget, startWidget } from './session/start-widget.js';
import { WidgetProvider } from './session/widget-context.js';
import { languageOf, loadWords, type Words, WordsProvider } from './session/words.js';
import { makeTheme, makeVariables } from './theme.js';

/** The page waits three times as long before it shows its own close button. */
const ALIVE_INTERVAL_MS = 4000;

type StartStatus =
  | { state: 'waiting' }
  | { state: 'failed'; problem: unknown }
  | { state: 'ready'; started: StartedWidget };

/** Starts the widget when the host's first message arrives, and shows its first screen. */
export function App({ host }: { host: Host | null }) {
  const [options, setOptions] = useState<WidgetOptions | null>(null);
  const [words, setWords] = useState<Words | null>(null);
  const [start, setStart] = useState<StartStatus>({ state: 'waiting' });
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

  useCloseAtOnce(host, start.state !== 'ready');

  const isReady = start.state === 'ready';
  useEffect(() => {
    if (!host || !isReady) return;
    const report = () => host.post({ type: 'alive' });
    report();
    const timer = setInterval(report, ALIVE_INTERVAL_MS);
    return () => clearInterval(timer);
  }, [host, isReady]);

  useEffect(() => {
    const wanted = options ?? (host ? null : {});
    if (wanted)
      void loadWords(wanted).then(setWords, (problem: unknown) => host?.post(toErrorMessage(problem)));
  }, [options, host]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a retry is another attempt with the same options.
  useEffect(() => {
    if (!host || !options) return;
    let isCurrent = true;
    startWidget({ host, options, timeZone }).then(
      (started) => {
        if (!isCurrent) return;
        for (const { title, help } of started.session.warnings) console.warn(`Inlet: ${title}. ${help}`);
        setStart({ state: 'ready', started });
        host.post({ type: 'ready' });
        if (started.dataProblem) host.post(toErrorMessage(started.dataProblem));
      },
      (problem: unknown) => {
        if (!isCurrent) return;
        setStart({ state: 'failed', problem });
        host.post(toErrorMessage(problem));
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [host, options, attempt]);

  // A layout effect, so that nothing is painted in the wrong direction first.
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
            <CrashBoundary fallback={(problem) => <Crashed host={host} problem={problem} />}>
              <Screen
                {...{ host, options, words, start, timeZone }}
                onRetry={() => {
                  setStart({ state: 'waiting' });
                  setAttempt(attempt + 1);
                }}
              />
            </CrashBoundary>
          </WordsProvider>
        </DirectionProvider>
      ) : (
        options && <WidgetSkeleton />
      )}
    </MantineProvider>
  );
}

interface ScreenProps {
  readonly host: Host | null;
  readonly options: WidgetOptions | null;
  readonly words: Words;
  readonly start: StartStatus;
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
  if (start.state === 'waiting' || !options) return <WidgetSkeleton />;
  return (
    <WidgetProvider value={{ ...words, ...start.started, host, options, timeZone }}>
      <Shell />
    </WidgetProvider>
  );
}

/** Closes the widget without asking while no screen can do it: before the first one, and after a crash. */
function useCloseAtOnce(host: Host | null, isActive: boolean): void {
  useLayoutEffect(() => {
    if (!host || !isActive) return;
    const close = () => host.post({ type: 'close' });
    const onKey = ({ key }: KeyboardEvent) => {
      if (key === 'Escape') close();
    };
    document.addEventListener('keydown', onKey);
    const stop = host.onMessage(({ type }) => {
      if (type === 'requestClose') close();
    });
    return () => {
      document.removeEventListener('keydown', onKey);
      stop();
    };
  }, [host, isActive]);
}

function Crashed({ host, problem }: { readonly host: Host | null; readonly problem: unknown }) {
  useCloseAtOnce(host, true);
  return (
    <ReloadPanel
      problem={problem}
      isWholeScreen
      onClose={host ? () => host.post({ type: 'close' }) : undefined}
    />
  );
}

function useScheme(options: WidgetOptions | null): 'light' | 'dark' {
  const prefersDark = useMediaQuery('(prefers-color-scheme: dark)', undefined, {
    getInitialValueInEffect: false,
  });
  const wanted = options?.appearance?.colorScheme ?? 'auto';
  if (wanted !== 'auto') return wanted;
  return prefersDark ? 'dark' : 'light';
}

/** Without this nonce, the page's content security policy blocks inline styles. */
const styleNonce = (): string =>
  document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
