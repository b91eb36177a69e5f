import { StrictMode, useState, version } from 'react';
import { createRoot } from 'react-dom/client';
import { InletButton, InletInline } from '../dist/index.js';

const seen: string[] = [];

function Page() {
  const [count, setCount] = useState(0);
  const [hasInline, setHasInline] = useState(true);
  Object.assign(window, {
    seen,
    version,
    rerender: () => setCount((before) => before + 1),
    hideInline: () => setHasInline(false),
  });
  const shared = { baseUrl: 'http://inlet.test', templateId: 't' };
  return (
    <>
      <InletButton
        options={{
          ...shared,
          publishableKey: 'modal',
          userToken: async () => `token of ${count}`,
          onOpen: () => seen.push(`open ${count}`),
          onReady: () => seen.push(`ready ${count}`),
          onJobCreated: ({ jobId }) => seen.push(`jobCreated ${jobId} ${count}`),
        }}
      >
        Import
      </InletButton>
      {hasInline && <InletInline id="inline" options={{ ...shared, publishableKey: 'inline' }} />}
    </>
  );
}

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
