import { StrictMode, useEffect, useRef, useState, version } from 'react';
import { InletButton, InletInline } from '../dist/index.js';

const seen: string[] = [];

/** A host's page with a button and an inline widget, in strict mode. */
export function HostPage() {
  return (
    <StrictMode>
      <Widgets />
    </StrictMode>
  );
}

function Widgets() {
  const [count, setCount] = useState(0);
  const [hasInline, setHasInline] = useState(true);
  const button = useRef<HTMLButtonElement>(null);
  const [isRefusing, setIsRefusing] = useState(false);
  const [isKeyless, setIsKeyless] = useState(false);
  useEffect(() => {
    Object.assign(window, {
      seen,
      version,
      rerender: () => setCount((before) => before + 1),
      hideInline: () => setHasInline(false),
      refuse: () => setIsRefusing(true),
      loseKey: () => setIsKeyless(true),
      focusButton: () => button.current?.focus(),
    });
  }, []);
  const shared = { baseUrl: 'http://inlet.test', templateId: 't' };
  return (
    <>
      <InletButton
        ref={button}
        onClick={(event) => {
          seen.push(`click ${count}`);
          if (isRefusing) event.preventDefault();
        }}
        options={{
          ...shared,
          publishableKey: isKeyless ? undefined : 'modal',
          userToken: async () => `token of ${count}`,
          data: {
            url: 'https://a.example/feed',
            schedule: { kind: 'hours' },
            mapping: { title: `of ${count}`, kind: { value: 'news' } },
          },
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
