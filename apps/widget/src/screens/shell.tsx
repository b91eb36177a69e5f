import type { WidgetFeedJobView } from '@inlet/contracts';
import { Suspense, useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from 'react';
import { ApiProblem } from '../api/api-problem.js';
import { CloseQuestion, StopTransferQuestion } from '../components/close-question.js';
import { CrashBoundary } from '../components/crash-boundary.js';
import { ErrorPanel } from '../components/error-panel.js';
import { lazyPart } from '../components/load-part.js';
import { ReloadPanel } from '../components/reload-panel.js';
import { StepSkeleton } from '../components/skeletons.js';
import { keepUpload, recallUpload } from '../manual/keep-upload.js';
import { canGoToManual, MANUAL_STEPS, newManual, reduceManual } from '../manual/manual-state.js';
import { useWidget, type Widget, WidgetProvider } from '../session/widget-context.js';
import { drawerKeyOf, keep, recall } from '../wizard/keep.js';
import { canGoTo, hasWork, newWizard, reduce } from '../wizard/reduce.js';
import { STEPS, type Step } from '../wizard/state.js';
import { Header, type HeaderSteps } from './header.js';
import { Imports } from './imports/imports.js';
import type { ShownImport } from './imports/shown-import.js';
import css from './shell.module.css';
import { Wizard } from './wizard.js';

const ManualWizard = lazyPart(
  () => import('./manual-wizard.js'),
  ({ ManualWizard }) => ManualWizard,
);

/** The wizard, or the person's imports: the list or one of them. */
type View = { readonly name: 'wizard' } | { readonly name: 'imports'; readonly shown: ShownImport | null };

/** The header, and the wizard or the imports below it. */
export function Shell() {
  const widget = useWidget();
  const { api, session, host, options, timeZone, given, givenRows, dataProblem, t } = widget;
  const [view, setView] = useState<View>(
    options.view === 'imports' ? { name: 'imports', shown: null } : { name: 'wizard' },
  );
  const [isAsking, setIsAsking] = useState(false);
  const [isFaultShown, setIsFaultShown] = useState(dataProblem !== null);
  const drawer = {
    drawer: sessionDrawer(),
    key: drawerKeyOf({ templateId: session.template.id, user: session.externalUserId, given, givenRows }),
  };
  const [state, dispatch] = useReducer(reduce, null, () => recall(drawer) ?? newWizard(timeZone, given));

  const [manual, dispatchManual] = useReducer(reduceManual, null, newManual);
  const columnKeys = useMemo(() => session.template.columns.map(({ key }) => key), [session.template]);
  const shownWidget = useMemo(() => withoutGivenColumns(widget), [widget]);
  const { reviewUploadId } = session;
  const isReview = reviewUploadId !== undefined;
  const [keptUploadId] = useState(() => reviewUploadId ?? recallUpload(drawer));
  // An automatic import that is edited keeps its own steps.
  const isManual = session.template.mode === 'manual' && state.editing === null;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the drawer never changes.
  useEffect(() => keep(state, drawer), [state]);

  const requestClose = () => {
    const isAtRisk = isManual ? manual.transfer !== null : view.name === 'wizard' && hasWork(state);
    if (!isAtRisk) return host.post({ type: 'close' });
    host.post({ type: 'askBeforeClose' });
    setIsAsking(true);
  };
  const latestClose = useRef(requestClose);
  latestClose.current = requestClose;
  // A layout effect, so that an early Escape is not lost.
  useLayoutEffect(
    () =>
      host.onMessage(({ type }) => {
        if (type === 'requestClose') latestClose.current();
        else if (type === 'focus') window.focus();
      }),
    [host],
  );
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !isSomethingOpen()) latestClose.current();
    };
    // In the capture phase of the window, before all other listeners: an open menu or dialog has not closed itself yet, so
    // that Escape closes only that.
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, []);

  /** The page of a review link takes no other files. */
  const dispatchReview: typeof dispatchManual = (event) => {
    if (event.type !== 'goToStep' || event.step !== 'upload') dispatchManual(event);
  };
  const goToImports = (shown: ShownImport | null = null) => setView({ name: 'imports', shown });
  const startNew = () => {
    dispatch({ type: 'restart', timeZone });
    if (manual.transfer === null) {
      dispatchManual({ type: 'restart' });
      keepUpload(null, drawer);
    }
    setView({ name: 'wizard' });
  };
  /** Continues an unfinished new import; otherwise starts another one. */
  const continueOrStartNew = () =>
    state.editing || state.step === 'done' || manual.step === 'finish'
      ? startNew()
      : setView({ name: 'wizard' });
  const edit = async (job: WidgetFeedJobView) => {
    const template = job.columns && (await api.getTemplate(job.id).catch(() => null));
    dispatch({ type: 'editJob', job, template });
    setView({ name: 'wizard' });
  };
  const discard = async () => {
    keep({ ...state, step: 'done' }, drawer);
    // The draft was created for the dry run only. If deleting it fails, it stays in the list as not finished.
    if (state.draftJobId) await api.deleteJob(state.draftJobId).catch(() => undefined);
    host.post({ type: 'close' });
  };
  const isSignedIn = session.externalUserId !== null;
  const isWizard = view.name === 'wizard';
  const steps: HeaderSteps = isManual
    ? {
        current: MANUAL_STEPS.indexOf(manual.step),
        items: MANUAL_STEPS.map((step) => ({
          name: t(`steps.${step}`),
          canEnter: canGoToManual(manual, step) && !(isReview && step === 'upload'),
          onEnter: () => dispatchManual({ type: 'goToStep', step }),
        })),
      }
    : {
        current: STEPS.indexOf(state.step as Step),
        items: STEPS.map((step) => ({
          name: t(`steps.${step}`),
          canEnter: canGoTo(state, step),
          onEnter: () => dispatch({ type: 'goToStep', step }),
        })),
      };
  return (
    <div className={css.shell}>
      <Header
        steps={isWizard && isSignedIn && steps.current !== -1 ? steps : null}
        onImports={isSignedIn && !isReview && view.name !== 'imports' ? () => goToImports() : undefined}
        onClose={options.isInline ? undefined : requestClose}
      />
      {isFaultShown && (
        <div className={css.fault}>
          <ErrorPanel problem={dataProblem} onClose={() => setIsFaultShown(false)} />
        </div>
      )}
      <CrashBoundary fallback={(problem) => <Crashed problem={problem} />}>
        {!isSignedIn ? (
          <main className={css.message}>
            <ErrorPanel problem={new ApiProblem('user_unknown')} />
          </main>
        ) : view.name === 'wizard' && !isManual ? (
          <WidgetProvider
            value={{
              ...widget,
              session: { ...session, template: state.editing?.template ?? session.template },
            }}
          >
            <Wizard
              state={state}
              dispatch={dispatch}
              onImports={(jobId) => goToImports(jobId == null ? null : { kind: 'job', id: jobId })}
              onNew={startNew}
              onClose={requestClose}
            />
          </WidgetProvider>
        ) : view.name === 'imports' ? (
          <Imports
            shown={view.shown}
            onOpen={goToImports}
            onNew={continueOrStartNew}
            onEdit={(job) => void edit(job)}
            onResume={(upload) => {
              dispatchManual({ type: 'resume', upload });
              setView({ name: 'wizard' });
            }}
            onDeleted={(jobId) => {
              if (state.editing?.jobId === jobId || state.draftJobId === jobId)
                dispatch({ type: 'restart', timeZone });
            }}
          />
        ) : null}
        {isManual && isSignedIn && (
          // A transfer goes on while the imports are shown.
          <div className={css.kept} hidden={!isWizard}>
            <Suspense fallback={<StepSkeleton />}>
              <WidgetProvider value={shownWidget}>
                <ManualWizard
                  state={manual}
                  columnKeys={columnKeys}
                  dispatch={isReview ? dispatchReview : dispatchManual}
                  keptUploadId={keptUploadId}
                  onKeep={(uploadId) => keepUpload(uploadId, drawer)}
                  onImports={() => goToImports()}
                  onNew={startNew}
                  onClose={requestClose}
                />
              </WidgetProvider>
            </Suspense>
          </div>
        )}
      </CrashBoundary>
      {isAsking && isManual && (
        <StopTransferQuestion
          onStay={() => setIsAsking(false)}
          onLeave={() => host.post({ type: 'close' })}
        />
      )}
      {isAsking && !isManual && (
        <CloseQuestion
          onStay={() => setIsAsking(false)}
          onLeave={() => host.post({ type: 'close' })}
          onDiscard={() => void discard()}
        />
      )}
    </div>
  );
}

/** The header stays, so that the widget can be closed. */
function Crashed({ problem }: { readonly problem: unknown }) {
  return (
    <main className={css.message}>
      <ReloadPanel problem={problem} />
    </main>
  );
}

const NO_DRAWER = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };

/** Browsers may block all storage in frames of another site. */
function sessionDrawer() {
  try {
    return window.sessionStorage;
  } catch {
    return NO_DRAWER;
  }
}

/** Closed lists stay in the document, but take no space. */
const isSomethingOpen = () =>
  [
    ...document.querySelectorAll(
      '[role="dialog"], [role="menu"], [data-keeps-escape], [role="listbox"], [aria-haspopup="listbox"][aria-expanded="true"]',
    ),
  ].some((element) => element.getClientRects().length > 0);

/** The columns that have a value of the host's page are not shown. */
function withoutGivenColumns(widget: Widget): Widget {
  const { session, given } = widget;
  const { template } = session;
  const columns = template.columns.filter(({ key }) => given?.values[key] === undefined);
  return columns.length === template.columns.length
    ? widget
    : { ...widget, session: { ...session, template: { ...template, columns } } };
}
