/** `_x000D_` in a text stands for a control character, and `_x005F_` for an underscore before such a code. */
const ESCAPE = /_x([0-9a-f]{4})_/gi;

/** Collects the text of a cell or shared string from its runs, without the reading aids of East Asian texts. */
export class RichText {
  wantsText = false;
  private collected = '';
  private aids = 0;

  start(): void {
    this.collected = '';
    this.aids = 0;
    this.wantsText = false;
  }

  open(name: string): void {
    if (name === 't') this.wantsText = this.aids === 0;
    else if (name === 'rPh') this.aids += 1;
  }

  close(name: string): void {
    if (name === 't') this.wantsText = false;
    else if (name === 'rPh') this.aids -= 1;
  }

  add(text: string): void {
    this.collected += text;
  }

  take(): string {
    this.wantsText = false;
    const text = this.collected;
    return text.includes('_x') ? decodeEscapes(text) : text;
  }
}

function decodeEscapes(text: string): string {
  return text.replace(ESCAPE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
