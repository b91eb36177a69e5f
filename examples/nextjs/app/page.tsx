import { articlesOf } from '../lib/articles';
import { currentUserId } from '../lib/session';
import { ImportButton } from './import-button';

export const dynamic = 'force-dynamic';

/** The rows that arrived through the webhook. */
export default async function Articles() {
  const articles = articlesOf(await currentUserId());
  return (
    <main>
      <h1>Articles</h1>
      <ImportButton />
      {articles.length === 0 && <p>No articles yet. Import some, then reload this page.</p>}
      <ul>
        {articles.map(({ url, title }) => (
          <li key={String(url)}>
            <a href={String(url)}>{String(title)}</a>
          </li>
        ))}
      </ul>
    </main>
  );
}
