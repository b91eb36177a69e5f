import type { WidgetOptions } from '@inlet/contracts';
import type { InletOptions, OpenOptions } from './options.js';

interface Moment {
  readonly view: OpenOptions['view'] | undefined;
  readonly userToken: string | null;
}

/** Only what the widget knows, and nothing undefined: the other side checks the message strictly. */
export function widgetOptions(options: InletOptions, { view, userToken }: Moment): WidgetOptions {
  const { publishableKey, templateId, extra, data, appearance, texts, locale, title } = options;
  const isInline = options.mode === 'inline';
  const told = {
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
  return JSON.parse(JSON.stringify(told));
}

function userInExtra(extra: InletOptions['extra']): string | undefined {
  const isObject = typeof extra === 'object' && extra !== null && !Array.isArray(extra);
  const id = isObject ? extra.externalUserId : undefined;
  return typeof id === 'string' ? id : undefined;
}
