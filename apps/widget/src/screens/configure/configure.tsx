import { completeAddress } from '@inlet/contracts/web-address';
import { Button, TextInput } from '@mantine/core';
import { Suspense, useEffect, useId, useRef, useState } from 'react';
import { ApiProblem } from '../../api/api-problem.js';
import { ErrorPanel } from '../../components/error-panel.js';
import { Fold } from '../../components/fold.js';
import { lazyPart } from '../../components/load-part.js';
import { Notice } from '../../components/notice.js';
import { OutlineProgressPanel } from '../../components/outline-progress-panel.js';
import { Bone } from '../../components/skeletons.js';
import { StepFrame } from '../../components/step-frame.js';
import { type LoadOutlineOptions, useOutline, useReadingSeconds } from '../../session/use-outline.js';
import { useWidget } from '../../session/widget-context.js';
import { EMPTY_AUTH } from '../../wizard/auth-form.js';
import { needsOutline } from '../../wizard/reduce.js';
import type { WizardHandle } from '../../wizard/state.js';
import { settingsOf, takeCredentials, toSourceForm, wrongSourceFields } from '../../wizard/to-source.js';
import css from './configure.module.css';
import { FeedChoice } from './feed-choice.js';
import { FoundFacts } from './found-facts.js';
import { FoundRecords } from './found-records.js';
import { KnownImport } from './known-import.js';

// Few people open these, so the first screen does not wait for their code.
const SignIn = lazyPart(
  () => import('./sign-in.js'),
  ({ SignIn }) => SignIn,
);
const Pages = lazyPart(
  () => import('./pages.js'),
  ({ Pages }) => Pages,
);

/** Height of a panel with one field, in pixels. */
const PANEL_HEIGHT = 98;

const ASKS_FOR_SIGN_IN: readonly string[] = ['source_unauthorized', 'source_forbidden'];

export interface ConfigureProps extends WizardHandle {
  /** Opens an existing import. */
  readonly onImport: (jobId: string) => void;
}

/** The step that asks for the address of the source. */
export function Configure({ state, dispatch, onImport }: ConfigureProps) {
  const { t } = useWidget();
  const { source, found, parseOptions, editing, hasLostSecrets } = state;
  const { outlineStatus, loadOutline, cancel, feeds } = useOutline({ state, dispatch });
  const [isEmpty, setIsEmpty] = useState(false);
  const [isChecked, setIsChecked] = useState(false);
  const errorId = useId();
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs once, when the step opens.
  useEffect(() => {
    if (needsOutline(state)) void loadOutline();
  }, []);
  const input = useRef<HTMLInputElement>(null);
  const fields = useRef<HTMLDivElement>(null);
  const seconds = useReadingSeconds(outlineStatus);

  const isReading = outlineStatus.state === 'reading';
  const settings = settingsOf(source);
  const isFound = found !== null && found.settings === settings;
  const wrong = wrongSourceFields(source, editing?.source ?? null);
  const shownWrong = isChecked ? wrong : { auth: [], pagination: [] };
  const failure = outlineStatus.state === 'failed' ? outlineStatus : null;
  const code = failure?.problem instanceof ApiProblem ? failure.problem.code : null;
  const asksForSignIn = code !== null && ASKS_FOR_SIGN_IN.includes(code);

  // Most sites that ask for a sign-in take a user name and a password.
  const wantsPassword = code === 'source_unauthorized' && source.auth.kind === 'none';
  useEffect(() => {
    if (wantsPassword) dispatch({ type: 'updateSource', source: { auth: { ...EMPTY_AUTH, kind: 'basic' } } });
  }, [wantsPassword, dispatch]);

  const loadUnlessEmpty = (options: LoadOutlineOptions = {}) => {
    const isAddressEmpty = (options.address ?? source.address).trim() === '';
    setIsEmpty(isAddressEmpty);
    const isWrong = wrong.auth.length > 0 || wrong.pagination.length > 0;
    setIsChecked(isWrong);
    if (isWrong)
      // After the wrong fields are marked.
      setTimeout(() => fields.current?.querySelector<HTMLElement>('input[aria-invalid=true]')?.focus());
    else if (!isAddressEmpty) void loadOutline(options);
  };
  const canContinue =
    (isFound && found.outline.headings.length > 0) ||
    (editing !== null && settings === settingsOf(toSourceForm(editing.source)));
  return (
    <StepFrame
      title={t('configure.title')}
      why={t('configure.why')}
      primary={t('common.next')}
      isPrimaryDisabled={!canContinue || isReading}
      onSubmit={() =>
        canContinue && !isReading ? dispatch({ type: 'goToStep', step: 'map' }) : loadUnlessEmpty()
      }
    >
      <div className={css.form}>
        <div className={css.address}>
          <TextInput
            ref={input}
            label={t('configure.url')}
            placeholder="https://example.com/feed.xml"
            value={source.address}
            onChange={(event) => {
              setIsEmpty(false);
              const address = event.currentTarget.value;
              // While an address is typed, its end is not known.
              const isPasted = (event.nativeEvent as InputEvent).inputType === 'insertFromPaste';
              dispatch({
                type: 'updateSource',
                source: isPasted ? takeCredentials(source, address) : { address },
              });
            }}
            onBlur={() => {
              const taken = takeCredentials(source, source.address);
              if (taken.auth) dispatch({ type: 'updateSource', source: taken });
            }}
            error={isEmpty ? t('configure.urlMissing') : failure !== null}
            errorProps={{ id: errorId }}
            className={css.url}
            classNames={{ input: css.ltr ?? '' }}
            type="text"
            inputMode="url"
            autoComplete="url"
            spellCheck={false}
            data-autofocus
            autoFocus={found === null}
          />
          <Button
            {...(canContinue
              ? { variant: 'default', onClick: () => loadUnlessEmpty() }
              : { type: 'submit' as const })}
            className={css.load}
            disabled={
              outlineStatus.state === 'reading' && outlineStatus.address === completeAddress(source.address)
            }
          >
            {isFound ? t('configure.loadAgain') : t('configure.load')}
          </Button>
        </div>
        <OutlineProgressPanel
          status={outlineStatus}
          onCancel={() => {
            cancel();
            input.current?.focus();
          }}
        >
          {isFound ? null : <p className={css.hint}>{t('configure.formats')}</p>}
        </OutlineProgressPanel>
      </div>
      {isFound && editing === null && <KnownImport address={found.address} onOpen={onImport} />}
      {hasLostSecrets && <Notice tone="warn" title={t('configure.secretsLost')} />}
      {failure && feeds.length > 0 && (
        <FeedChoice feeds={feeds} onChoose={(chosen) => loadUnlessEmpty({ address: chosen })} />
      )}
      {failure && feeds.length === 0 && (
        <ErrorPanel
          problem={failure.problem}
          url={failure.address}
          onRetry={() => loadUnlessEmpty()}
          actions={<SiteLink url={failure.address} code={code} />}
        />
      )}
      <div className={css.options} ref={fields}>
        <Fold
          label={t('configure.signIn')}
          isOpen={
            asksForSignIn || hasLostSecrets || source.auth.kind !== 'none' || shownWrong.auth.length > 0
          }
        >
          <Suspense fallback={<Bone height={PANEL_HEIGHT} />}>
            <SignIn state={state} dispatch={dispatch} wrong={shownWrong.auth} />
          </Suspense>
        </Fold>
        <Fold
          label={t('configure.moreOptions')}
          isOpen={source.pagination.kind !== 'declared' || shownWrong.pagination.length > 0}
        >
          <Suspense fallback={<Bone height={PANEL_HEIGHT} />}>
            <Pages state={state} dispatch={dispatch} wrong={shownWrong.pagination} />
          </Suspense>
        </Fold>
      </div>
      <div className={css.outcome}>
        <div role="status">{isFound && <FoundFacts found={found} />}</div>
        {isFound && (
          <FoundRecords
            found={found}
            isStale={seconds > 0}
            parseOptions={parseOptions}
            onRecordPath={(recordPath) => loadUnlessEmpty({ recordPath })}
            onPagination={(pagination) => {
              dispatch({ type: 'updateSource', source: { pagination } });
              void loadOutline({ pagination });
            }}
            onParseOptions={(options) =>
              loadUnlessEmpty({ recordPath: found.outline.recordPath, parseOptions: options })
            }
          />
        )}
        {seconds > 0 && !isFound && (
          <div className={css.bones}>
            <Bone width={320} />
            <Bone height={160} />
          </div>
        )}
      </div>
    </StepFrame>
  );
}

const WORTH_A_VISIT: readonly (string | null)[] = [
  'source_not_found',
  'source_gone',
  'source_http_error',
  'source_html',
  'source_forbidden',
  'source_no_records',
  'source_tls_failed',
  'source_server_error',
  'source_empty',
];

/** Opens the address in the browser, if seeing the site helps with the problem. */
function SiteLink({ url, code }: { url: string; code: string | null }) {
  const { t } = useWidget();
  if (!WORTH_A_VISIT.includes(code) || !/^https?:/.test(url)) return null;
  return (
    <Button
      component="a"
      href={url}
      target="_blank"
      rel="noreferrer noopener"
      size="compact-sm"
      variant="default"
    >
      {t('configure.openSite')}
    </Button>
  );
}
