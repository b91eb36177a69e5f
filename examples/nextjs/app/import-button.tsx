'use client';

import { InletButton } from '@inlet/react';
import { useRouter } from 'next/navigation';

/** The only component here that runs in the browser. */
export function ImportButton() {
  const router = useRouter();
  return (
    <InletButton
      options={{
        baseUrl: process.env.NEXT_PUBLIC_INLET_URL,
        publishableKey: process.env.NEXT_PUBLIC_INLET_KEY,
        templateId: 'articles',
        userToken: () => fetch('/api/inlet-token', { method: 'POST' }).then((response) => response.text()),
        onJobCreated: () => router.push('/imports'),
      }}
    >
      Import articles
    </InletButton>
  );
}
