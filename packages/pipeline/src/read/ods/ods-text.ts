const SKIPPED = new Set(['annotation', 'ruby-text', 'frame', 'custom-shape', 'note', 'table']);
const MOST_SPACES = 1000;

/** Collects the text of a cell from its paragraphs, without comments, shapes and reading aids. */
export class OdsText {
  private text = '';
  private paragraphs = 0;
  /** Levels below the cell, below its paragraph, and below an element that is left out. */
  private depth = 0;
  private isInParagraph = false;
  private skipped = 0;

  get wantsText(): boolean {
    return this.isInParagraph && this.skipped === 0;
  }

  /** Whether no element of the cell is open. */
  get isOutside(): boolean {
    return this.depth === 0;
  }

  start(): void {
    this.text = '';
    this.paragraphs = 0;
    this.depth = 0;
    this.isInParagraph = false;
    this.skipped = 0;
  }

  /** Opens an element in the cell; `count` is its number of repetitions. */
  open(name: string, count: number): void {
    this.depth += 1;
    if (this.skipped > 0 || SKIPPED.has(name)) this.skipped += 1;
    else if (name === 'p' && this.depth === 1) {
      if (this.paragraphs > 0) this.text += '\n';
      this.paragraphs += 1;
      this.isInParagraph = true;
    } else if (!this.isInParagraph) return;
    else if (name === 's') this.text += ' '.repeat(Math.min(count, MOST_SPACES));
    else if (name === 'tab') this.text += '\t';
    else if (name === 'line-break') this.text += '\n';
  }

  close(): void {
    this.depth -= 1;
    if (this.skipped > 0) this.skipped -= 1;
    else if (this.depth === 0) this.isInParagraph = false;
  }

  /** White space in the source is one space; others have elements. */
  add(text: string): void {
    const collapsed = /[\t\n\r]| {2}/.test(text) ? text.replace(/[ \t\n\r]+/g, ' ') : text;
    this.text += collapsed;
  }

  take(): string {
    return this.text;
  }
}
