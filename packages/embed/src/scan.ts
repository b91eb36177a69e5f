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
  'rowsSubmitted',
  'importCompleted',
  'error',
];

/**
 * Returns a function that adds a widget to each element with `data-inlet-template`, once. A `<div data-inlet>` shows the
 * widget inside; any other element opens it on click. Events are dispatched on the element as `inlet:jobCreated` and so
 * on.
 */
export function createScan(defaults: Partial<InletOptions>): (root?: ParentNode) => void {
  const known = new WeakMap<Element, Inlet>();
  return (root = document) => {
    for (const element of root.querySelectorAll<HTMLElement>('[data-inlet-template]')) {
      if (known.has(element)) continue;
      const isInline = 'inlet' in element.dataset;
      const inlet = createInlet({
        ...defaults,
        ...readOptions(element),
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

/** Reads the options of an element: all from the JSON of `data-inlet-options`, the simple ones from their attributes. */
function readOptions({ dataset }: HTMLElement): InletOptions {
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
    data: inletData && parseJson(inletData),
  };
  return { ...JSON.parse(dataset.inletOptions ?? '{}'), ...JSON.parse(JSON.stringify(plain)) };
}

/** Returns invalid JSON as text, so that the widget rejects it with a message. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
