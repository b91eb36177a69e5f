/**
 * Keeps the page from scrolling. Its scroll bar is replaced by padding, so that the page does not move.
 * @returns a function that restores the page
 */
export function lockScroll(): () => void {
  const { documentElement: page, body } = document;
  const before = [page.style.overflow, body.style.paddingInlineEnd] as const;
  const bar = innerWidth - page.clientWidth;
  if (bar > 0)
    body.style.paddingInlineEnd = `${Number.parseFloat(getComputedStyle(body).paddingInlineEnd) + bar}px`;
  page.style.overflow = 'hidden';
  return () => {
    [page.style.overflow, body.style.paddingInlineEnd] = before;
  };
}
