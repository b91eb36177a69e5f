/**
 * The longest text that mapping builds. It is larger than a batch (8 MiB), so a row with such a text is always reported
 * as too large and never delivered cut.
 */
const MOST_CHARACTERS = 8_400_000;

export interface LimitedText {
  /** Returns false if there is no more room. */
  add(piece: string): boolean;
  toString(): string;
}

export function createLimitedText(): LimitedText {
  const pieces: string[] = [];
  let room = MOST_CHARACTERS;
  return {
    add(piece) {
      pieces.push(piece.length > room ? piece.slice(0, room) : piece);
      room -= piece.length;
      return room > 0;
    },
    toString: () => pieces.join(''),
  };
}
