import type { ReactNode } from 'react';

export const metadata = { title: 'Articles' };

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body style={{ fontFamily: 'system-ui', maxWidth: 720, margin: '40px auto', padding: '0 16px' }}>
        <nav style={{ display: 'flex', gap: 16 }}>
          <a href="/">Articles</a>
          <a href="/imports">Imports</a>
        </nav>
        {children}
      </body>
    </html>
  );
}
