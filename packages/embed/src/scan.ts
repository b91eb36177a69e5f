import { createInlet } from './create-inlet.js';
import type { Inlet, InletEventName, InletOptions } from './options.js';

const EVENTS: readonly InletEventName[] = [
  'ready',
  'open',
  'close',
  'jobCreated',
  'jobUpdated',
  'uploadStarted',
  'uploadCompleted',
  'error',
];

/**
 * Brings elements with `data-inlet-template` to life: a `<div data-inlet>` shows the widget in itself, anything else
 * opens it on click. Events are dispatched on the element as `inlet:jobCreated` and so on. An element counts once.
 */
export function createScan(defaults: Partial<InletOptions>): (root?: ParentNode) => void {
  const known = new WeakMap<Element, Inlet>();
  return (root = document) => {
    for (const element of root.querySelectorAll<HTMLElement>('[data-inlet-template]')) {
      if (known.has(element)) continue;
      const isInline = 'inlet' in element.dataset;
      const inlet = createInlet({
        ...defaults,
        ...read(element),
        ...(isInline && { mode: 'inline', container: element }),
      });
      known.set(element, inlet);
      if (!isInline) element.addEventListener('click', () => inlet.open());
      for (const name of EVENTS)
        inlet.on(name, (detail) =>
          element.dispatchEvent(new CustomEvent(`inlet:${name}`, { detail, bubbles: true })),
        );
    }
  };
}

/** `data-inlet-options` takes everything as JSON; the plain ones have attributes of their own. */
function read({ dataset }: HTMLElement): InletOptions {
  const {
    inletTemplate,
    inletKey,
    inletUserToken,
    inletUser,
    inletLocale,
    inletTitle,
    inletView,
    inletData,
  } = dataset;
  const plain = {
    templateId: inletTemplate,
    publishableKey: inletKey,
    userToken: inletUserToken,
    externalUserId: inletUser,
    locale: inletLocale,
    title: inletTitle,
    view: inletView,
    data: inletData && parse(inletData),
  };
  return { ...JSON.parse(dataset.inletOptions ?? '{}'), ...JSON.parse(JSON.stringify(plain)) };
}

/** What is no JSON stays a text, which the widget refuses in words. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
