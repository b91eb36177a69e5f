/** Stops the page behind from scrolling, without a jump where the scroll bar was. @returns what undoes it. */
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
