import { fileURLToPath } from 'node:url';

/** Directories of what the build makes for browsers and hosts. */
export interface BuiltFiles {
  /** `index.html` and `assets` of the widget. */
  readonly widgetDir: string;
  /** `inlet.iife.js`, the loader for hosts. */
  readonly embedDir: string;
  /** The public packages, packed: `react.tgz` and so on. */
  readonly packagesDir: string;
  /** The host application of the demo. */
  readonly playgroundDir: string;
}

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** In this repository. The paths are the same from `apps/api/dist/pages` and from `apps/api/src/pages`. */
export const BUILT_FILES: BuiltFiles = {
  widgetDir: at('../../../widget/dist'),
  embedDir: at('../../../../packages/embed/dist'),
  packagesDir: at('../../dist/packages'),
  playgroundDir: at('../../../playground/dist'),
};
