/**
 * The longest text that mapping builds; it stops growing here. That is more than a batch can hold (8 MiB), so a
 * row with such a text is always reported as too large and never delivered short.
 */
const MOST_CHARACTERS = 8_400_000;

export interface LimitedText {
  /** False when there is no more room, and the rest need not be made. */
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
