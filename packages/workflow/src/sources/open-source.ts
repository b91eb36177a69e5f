import type { NextPage, OpenedBytes, OpenResult, PageRead, SourceOpenOptions } from '@inlet/connectors';
import type { Source, SourceByKind, SourceKind } from '@inlet/contracts';
import type { Context } from '../ports/context.js';

interface Opener<Opened> {
  readonly open: (context: Context, source: Opened, options: SourceOpenOptions) => Promise<OpenResult>;
  readonly nextPage: (context: Context, page: Opened, read: PageRead) => NextPage<Opened>;
}

/** How a source of each kind is opened: with a connector, or from the store. */
const OPENERS: { readonly [Kind in SourceKind]: Opener<SourceByKind[Kind]> } = {
  url: {
    open: ({ connectors }, source, options) => connectors.url.open(source, options),
    nextPage: ({ connectors }, page, read) => connectors.url.nextPage(page, read),
  },
};

export function openSource<Kind extends SourceKind>(
  context: Context,
  source: Source<Kind>,
  options: SourceOpenOptions,
): Promise<OpenResult> {
  return OPENERS[source.kind].open(context, source, options);
}

/** Returns the source of the page that follows a page, whose own source is `page`. */
export function sourceOfNextPage<Kind extends SourceKind>(
  context: Context,
  page: Source<Kind>,
  read: PageRead,
): NextPage<SourceByKind[Kind]> {
  return OPENERS[page.kind].nextPage(context, page, read);
}

/** Opens a source unconditionally, so that it always returns bytes. */
export async function openBytes(
  context: Context,
  source: Source,
  options: Omit<SourceOpenOptions, 'since'>,
): Promise<OpenedBytes> {
  const opened = await openSource(context, source, { ...options, since: null });
  if (opened.kind === 'bytes') return opened;
  throw new Error('A connector returned `unchanged` although no version was named.');
}
