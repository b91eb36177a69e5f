import { InletButton, InletInline, useInlet } from '@inlet/react';
import { useRef, useState } from 'react';

/** Takes the types as a strict host does: settings may be undefined, refs and handlers are passed on. */
const options = {
  baseUrl: import.meta.env.VITE_INLET_URL as string | undefined,
  publishableKey: import.meta.env.VITE_INLET_KEY as string | undefined,
  templateId: 'articles',
  externalUserId: 'newcomer',
};

export function App() {
  const button = useRef<HTMLButtonElement>(null);
  const [seen, setSeen] = useState('nothing');
  const { isReady } = useInlet(options);
  return (
    <>
      <InletButton
        ref={button}
        options={{ ...options, onReady: () => setSeen('ready') }}
        onClick={() => setSeen('clicked')}
      >
        Import articles
      </InletButton>
      <InletInline options={{ ...options, view: 'imports' }} style={{ height: 600 }} />
      <p id="seen">{isReady ? seen : 'not ready'}</p>
    </>
  );
}
