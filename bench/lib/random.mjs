/** Words for generated texts. */
export const WORDS = (
  'harbour light morning paper window copper signal garden letter winter quiet station river market bright corner ' +
  'between shelter running distant silver number evening gather coffee summer thread village answer yellow'
).split(' ');

/** Returns a seeded random number generator (mulberry32). */
export function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
