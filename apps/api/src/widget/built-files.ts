import { fileURLToPath } from 'node:url';

/** Where the bundles of the browser's side lie. */
export interface BuiltFiles {
  /** `index.html` and `assets` of the widget. */
  readonly widgetDir: string;
  /** `inlet.iife.js`, the loader for hosts. */
  readonly embedDir: string;
  /** The host application of the demo. */
  readonly playgroundDir: string;
}

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** In this repository, seen from `apps/api/dist/widget` as from `apps/api/src/widget`. */
export const BUILT_FILES: BuiltFiles = {
  widgetDir: at('../../../widget/dist'),
  embedDir: at('../../../../packages/embed/dist'),
  playgroundDir: at('../../../playground/dist'),
};
