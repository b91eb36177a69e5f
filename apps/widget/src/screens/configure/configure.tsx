import { Button, TextInput } from '@mantine/core';
import { useEffect, useId, useRef, useState } from 'react';
import { ApiProblem } from '../../api/api-problem.js';
import { Bone } from '../../components/bone.js';
import { ErrorPanel } from '../../components/error-panel.js';
import { Fold } from '../../components/fold.js';
import { Notice } from '../../components/notice.js';
import { StepFrame } from '../../components/step-frame.js';
import { useLook } from '../../session/use-look.js';
import { useSecondsSince } from '../../session/use-seconds-since.js';
import { useWidget } from '../../session/widget-context.js';
import { isToBeLookedAt } from '../../wizard/reduce.js';
import { completeUrl } from '../../wizard/to-source.js';
import type { StepProps } from '../wizard.js';
import css from './configure.module.css';
import { FeedChoice } from './feed-choice.js';
import { Found } from './found.js';
import { FoundFacts } from './found-facts.js';
import { LookProgress } from './look-progress.js';
import { SignIn } from './sign-in.js';

const ASKS_FOR_SIGN_IN: readonly string[] = ['source_unauthorized', 'source_forbidden'];

/** Where does the data come from? */
export function Configure({ state, dispatch }: StepProps) {
  const { t } = useWidget();
  const { source, look: found, editing, hasLostSecrets } = state;
  const { looking, look, cancel, feeds } = useLook({ state, dispatch });
  const [isEmpty, setIsEmpty] = useState(false);
  const errorId = useId();
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the step opens.
  useEffect(() => {
    if (isToBeLookedAt(state)) void look();
  }, []);
  const address = useRef<HTMLInputElement>(null);
  const seconds = useSecondsSince(looking.state === 'looking' ? looking.startedAt : null);

  const isLooking = looking.state === 'looking';
  const isFound = found !== null && found.url === completeUrl(source.url);
  const failure = looking.state === 'failed' ? looking : null;
  const code = failure?.problem instanceof ApiProblem ? failure.problem.code : null;
  const asksForSignIn = code !== null && ASKS_FOR_SIGN_IN.includes(code);

  const lookNow = (how?: Parameters<typeof look>[0]) => {
    setIsEmpty(source.url.trim() === '' && !how?.url);
    if (source.url.trim() !== '' || how?.url) void look(how);
  };
  const canGoOn = isFound || (editing !== null && completeUrl(source.url) === editing.url);
  return (
    <StepFrame
      title={t('configure.title')}
      why={t('configure.why')}
      primary={t('common.next')}
      isPrimaryDisabled={!canGoOn || isLooking}
      onSubmit={() => (canGoOn && !isLooking ? dispatch({ type: 'wentTo', step: 'map' }) : lookNow())}
    >
      <div className={css.form}>
        <div className={css.address}>
          <TextInput
            ref={address}
            label={t('configure.url')}
            placeholder="https://example.com/feed.xml"
            value={source.url}
            onChange={(event) => {
              setIsEmpty(false);
              dispatch({ type: 'sourceTyped', source: { url: event.currentTarget.value } });
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
            {...(canGoOn ? { variant: 'default', onClick: () => lookNow() } : { type: 'submit' as const })}
            className={css.look}
            disabled={looking.state === 'looking' && looking.url === completeUrl(source.url)}
          >
            {isFound ? t('configure.lookAgain') : t('configure.look')}
          </Button>
        </div>
        <LookProgress
          looking={looking}
          onCancel={() => {
            cancel();
            address.current?.focus();
          }}
        >
          <p className={css.hint}>{t('configure.formats')}</p>
        </LookProgress>
      </div>
      {hasLostSecrets && <Notice tone="warn" title={t('configure.secretsLost')} />}
      {failure && feeds.length > 0 && <FeedChoice feeds={feeds} onChoose={(url) => lookNow({ url })} />}
      {failure && feeds.length === 0 && (
        <ErrorPanel
          problem={failure.problem}
          url={failure.url}
          onRetry={() => lookNow()}
          actions={<SiteLink url={failure.url} code={code} />}
        />
      )}
      <div className={css.form}>
        <Fold
          key={`${asksForSignIn || hasLostSecrets}`}
          label={t('configure.signIn')}
          isOpen={asksForSignIn || hasLostSecrets || source.username !== '' || source.headers.length > 0}
        >
          <SignIn source={source} dispatch={dispatch} hasStored={editing?.hasSecrets ?? false} />
        </Fold>
      </div>
      <div className={css.outcome}>
        <div role="status">{isFound && <FoundFacts look={found} />}</div>
        {isFound && (
          <Found look={found} isStale={seconds > 0} onRecordPath={(recordPath) => lookNow({ recordPath })} />
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

const HELPED_BY_A_VISIT: readonly (string | null)[] = [
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

/** Where seeing the site oneself is the next step. */
function SiteLink({ url, code }: { url: string; code: string | null }) {
  const { t } = useWidget();
  if (!HELPED_BY_A_VISIT.includes(code) || !/^https?:/.test(url)) return null;
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
