import type { OpenedBytes, OpenResult, SourceOpenOptions } from '@inlet/connectors';
import type { Source, SourceByKind, SourceKind } from '@inlet/contracts';
import type { Context } from '../ports/context.js';

type Openers = {
  readonly [Kind in SourceKind]: (
    context: Context,
    source: SourceByKind[Kind],
    options: SourceOpenOptions,
  ) => Promise<OpenResult>;
};

/** How a source of each kind is opened: with a connector, or from the store. */
const OPENERS: Openers = {
  url: ({ connectors }, source, options) => connectors.url.open(source, options),
};

export function openSource<Kind extends SourceKind>(
  context: Context,
  source: Source<Kind>,
  options: SourceOpenOptions,
): Promise<OpenResult> {
  return OPENERS[source.kind](context, source, options);
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
