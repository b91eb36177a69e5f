import { useInlet } from '@inlet/react';
import { useCallback, useRef, useState } from 'react';
import { deskBackend } from './api/desk-backend.js';
import type { DeskConfig } from './api/desk-types.js';
import { type Desk, useDesk } from './api/use-desk.js';
import { useNow } from './components/time.js';
import { DeveloperPanel } from './developer/developer-panel.js';
import { useWidgetEvents } from './developer/use-widget-events.js';
import { FeedAddresses } from './feeds/feed-addresses.js';
import { PageHeader } from './shell/page-header.js';
import { Sidebar } from './shell/sidebar.js';
import { Toast } from './shell/toast.js';
import { useColorScheme } from './shell/use-color-scheme.js';
import { useKept } from './shell/use-kept.js';
import { ALL_STORIES, type StoryChoice } from './stories/choose-stories.js';
import { Stories } from './stories/stories.js';

export function App() {
  const desk = useDesk();
  if (desk.config) return <HarbourDesk desk={desk} config={desk.config} />;
  return (
    <p className="first-word" role="status">
      {desk.isOffline ? 'The server does not answer. This page goes on trying.' : 'Opening Harbour Desk ...'}
    </p>
  );
}

function HarbourDesk({ desk, config }: { desk: Desk; config: DeskConfig }) {
  const now = useNow();
  const scheme = useColorScheme();
  const [choice, setChoice] = useState<StoryChoice>(ALL_STORIES);
  const [isDeveloper, setIsDeveloper] = useKept<boolean>('developer-panel', isWide());
  const [toast, setToast] = useState<string | null>(null);
  const clearToast = useCallback(() => setToast(null), []);
  const hasNewImport = useRef(false);
  const { events, callbacks } = useWidgetEvents({
    onJobCreated: () => {
      hasNewImport.current = true;
      desk.refresh();
    },
    onJobUpdated: desk.refresh,
    onClose: () => {
      if (hasNewImport.current) setToast('The import is set up. Its stories appear here as they arrive.');
      hasNewImport.current = false;
    },
  });
  const inlet = useInlet({
    baseUrl: `${window.location.origin}/`,
    publishableKey: config.publishableKey,
    templateId: config.templateCode,
    userToken: deskBackend.userToken,
    title: 'Import stories',
    appearance: { colorScheme: scheme.current, primaryColor: '#0e7490', radius: 8 },
    ...callbacks,
  });
  const files = useInlet({
    baseUrl: `${window.location.origin}/`,
    publishableKey: config.publishableKey,
    templateId: config.files.templateCode,
    userToken: deskBackend.userToken,
    title: 'Upload stories',
    appearance: { colorScheme: scheme.current, primaryColor: '#0e7490', radius: 8 },
    ...callbacks,
  });

  return (
    <div className="desk">
      <a className="skip" href="#stories">
        Skip to the stories
      </a>
      <Sidebar
        user={config.user}
        state={desk.state}
        choice={choice}
        onChoose={setChoice}
        scheme={scheme}
        isDeveloper={isDeveloper}
        onDeveloper={() => {
          setIsDeveloper(!isDeveloper);
          if (!isDeveloper) requestAnimationFrame(showDeveloperPanel);
        }}
      />
      <main id="stories" tabIndex={-1}>
        {desk.isOffline && (
          <p className="banner" role="alert">
            The server does not answer. This page goes on trying.
          </p>
        )}
        <PageHeader
          state={desk.state}
          now={now}
          canImport={inlet.isReady}
          onImport={() => inlet.open({ view: 'new' })}
          onUpload={() => files.open({ view: 'new' })}
          onMyImports={() => inlet.open({ view: 'imports' })}
        />
        <FeedAddresses
          feeds={config.feeds}
          sampleUrl={config.files.sampleUrl}
          onImport={() => inlet.open({ view: 'new' })}
          onUpload={() => files.open({ view: 'new' })}
        />
        <Stories state={desk.state} choice={choice} now={now} onShowAll={() => setChoice(ALL_STORIES)} />
      </main>
      {isDeveloper && (
        <DeveloperPanel
          events={events}
          batches={desk.state?.batches ?? []}
          jobs={desk.state?.jobs ?? []}
          now={now}
          onChange={desk.refresh}
          onClose={() => setIsDeveloper(false)}
        />
      )}
      <Toast text={toast} onGone={clearToast} />
    </div>
  );
}

/** The window is wide enough for the panel beside the stories. */
const isWide = (): boolean => window.matchMedia('(min-width: 1181px)').matches;

function showDeveloperPanel(): void {
  document.querySelector('#developer')?.scrollIntoView({ block: 'nearest' });
}
