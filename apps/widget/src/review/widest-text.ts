/** Padding of a cell, and of a heading with its marks. */
const CELL_PADDING = 26;
const HEAD_PADDING = 60;

/** The width that shows all texts of a column, and its name, in the font of an element. */
export function widestText(element: Element | null, texts: readonly string[], name: string): number {
  const context = document.createElement('canvas').getContext('2d');
  if (!element || !context) return 0;
  const { fontFamily, fontSize } = getComputedStyle(element);
  context.font = `${fontSize} ${fontFamily}`;
  const widest = Math.max(0, ...texts.map((text) => context.measureText(text).width));
  context.font = `600 ${context.font}`;
  return Math.ceil(Math.max(widest + CELL_PADDING, context.measureText(name).width + HEAD_PADDING));
}
