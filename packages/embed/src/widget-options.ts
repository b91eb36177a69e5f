import type { WidgetOptions } from '@inlet/contracts';
import type { InletOptions, OpenOptions } from './options.js';
import type { RequiredOptions } from './require-options.js';

interface CurrentValues {
  readonly view: OpenOptions['view'];
  readonly userToken: string | null;
}

/** Returns the options to send to the widget, without unknown and undefined ones, because it parses them strictly. */
export function widgetOptions(options: RequiredOptions, { view, userToken }: CurrentValues): WidgetOptions {
  const { publishableKey, templateId, extra, data, appearance, texts, locale, title } = options;
  const isInline = options.mode === 'inline';
  const known = {
    publishableKey,
    templateId,
    externalUserId: options.externalUserId ?? userInExtra(extra),
    userToken: userToken ?? undefined,
    extra,
    data,
    appearance,
    texts,
    locale,
    title,
    view: view ?? options.view,
    isInline,
  };
  return JSON.parse(JSON.stringify(known));
}

function userInExtra(extra: InletOptions['extra']): string | undefined {
  const isObject = typeof extra === 'object' && extra !== null && !Array.isArray(extra);
  const id = isObject ? extra.externalUserId : undefined;
  return typeof id === 'string' ? id : undefined;
}
