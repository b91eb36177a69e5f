export interface ScrollScaleOptions {
  /** Pixels of one row. */
  readonly rowHeight: number;
  /** The tallest element that browsers draw without cutting it off: Chromium stops at 33.5 million pixels, others sooner. */
  readonly mostPixels?: number | undefined;
}

interface ScrollSize {
  readonly rows: number;
  /** Pixels that are visible. */
  readonly viewport: number;
}

const MOST_PIXELS = 8_000_000;
/** A larger step than this many viewports comes from dragging the thumb or from a click into the track. */
const LARGEST_STEP = 2;

/**
 * The place in a list that may be taller than an element can be. The scroll bar then covers the list to scale, while
 * the wheel, touch and keys move it by the pixels that they ask for: `scrollTop` and the place drift apart, and `settle`
 * brings the scroll bar back to where it belongs once scrolling has stopped.
 */
export class ScrollScale {
  private readonly rowHeight: number;
  private readonly mostPixels: number;
  private size: ScrollSize = { rows: 0, viewport: 0 };
  private scrollTop = 0;
  private place = 0;

  constructor({ rowHeight, mostPixels = MOST_PIXELS }: ScrollScaleOptions) {
    this.rowHeight = rowHeight;
    this.mostPixels = mostPixels;
  }

  /** Pixels above the visible part, in the list as if it had its whole height. */
  get top(): number {
    return this.place;
  }

  /** Height of the element inside the scrolled one. */
  get contentPixels(): number {
    return Math.min(this.listPixels, this.mostPixels);
  }

  setSize(size: ScrollSize): void {
    this.size = size;
    this.place = this.bounded(this.place);
    this.scrollTop = this.toScrollTop(this.place);
  }

  /**
   * Takes the new `scrollTop` of the element after any scrolling. `isByWheel`: a wheel or a finger has moved it, by pixels
   * however far.
   */
  scrolled(scrollTop: number, { isByWheel = false } = {}): void {
    const step = scrollTop - this.scrollTop;
    this.scrollTop = scrollTop;
    const isDragged = !isByWheel && Math.abs(step) > LARGEST_STEP * this.size.viewport;
    if (!this.isScaled || isDragged) this.place = this.toPlace(scrollTop);
    else this.place = this.bounded(this.place + step);
    // The ends of the scroll bar are the ends of the list.
    if (scrollTop <= 0) this.place = 0;
    else if (scrollTop >= this.contentPixels - this.size.viewport) this.place = this.mostTop;
  }

  /** Moves to a place and returns the `scrollTop` to set. */
  moveTo(top: number): number {
    this.place = this.bounded(top);
    this.scrollTop = this.toScrollTop(this.place);
    return this.scrollTop;
  }

  /** Moves as little as is needed to show a whole row, and returns the `scrollTop` to set. */
  show(row: number): number {
    const start = row * this.rowHeight;
    const end = start + this.rowHeight - this.size.viewport;
    return this.moveTo(start < this.place ? start : Math.max(end, this.place));
  }

  /** The `scrollTop` that fits the place, to set when scrolling has stopped. */
  settle(): number {
    return this.moveTo(this.place);
  }

  private get listPixels(): number {
    return this.size.rows * this.rowHeight;
  }

  private get isScaled(): boolean {
    return this.listPixels > this.mostPixels;
  }

  private get mostTop(): number {
    return Math.max(0, this.listPixels - this.size.viewport);
  }

  private bounded(top: number): number {
    return Math.min(Math.max(0, top), this.mostTop);
  }

  private toPlace(scrollTop: number): number {
    const most = this.contentPixels - this.size.viewport;
    return most <= 0 ? 0 : this.bounded((scrollTop / most) * this.mostTop);
  }

  /** Whole pixels, of which the first and last stay free unless the place is an end: they mean the ends. */
  private toScrollTop(top: number): number {
    if (!this.isScaled) return top;
    const most = this.contentPixels - this.size.viewport;
    if (top <= 0) return 0;
    if (top >= this.mostTop) return most;
    return Math.min(Math.max(1, Math.round((top / this.mostTop) * most)), most - 1);
  }
}
