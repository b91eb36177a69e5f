import { fileURLToPath } from 'node:url';

/** Directories of the browser bundles. */
export interface BuiltFiles {
  /** `index.html` and `assets` of the widget. */
  readonly widgetDir: string;
  /** `inlet.iife.js`, the loader for hosts. */
  readonly embedDir: string;
  /** The host application of the demo. */
  readonly playgroundDir: string;
}

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** In this repository. The paths are the same from `apps/api/dist/pages` and from `apps/api/src/pages`. */
export const BUILT_FILES: BuiltFiles = {
  widgetDir: at('../../../widget/dist'),
  embedDir: at('../../../../packages/embed/dist'),
  playgroundDir: at('../../../playground/dist'),
};
