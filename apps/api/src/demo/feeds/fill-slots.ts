const ISLANDS = ['Skerra', 'North Holm', 'Little Auk', 'Sandray', 'Ternholm', 'Varn', 'Osprey Rock'];
const STREETS = ['Rope Walk', 'Canal Street', 'Market Square', 'Lantern Lane', 'North Quay', 'Mill Stairs'];
const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const SHIPS = [
  'Morning Tern',
  'Linnea',
  'Cape Harrow',
  'Silver Eider',
  'Anna Maria',
  'Northern Lamp',
  'Halcyon',
];
const NAMES = ['Ines Moreau', 'Tomas Berg', 'Leila Haddad', 'Piet Vos', 'Grace Owusu', 'Yuki Tanabe'];

/** Each slot moves through its list at a different pace, so that no two texts in a long sequence are equal. */
const SLOTS: Readonly<Record<string, (number: number) => string>> = {
  island: (number) => pick(ISLANDS, number * 3 + Math.floor(number / 7)),
  street: (number) => pick(STREETS, number * 5 + Math.floor(number / 6)),
  day: (number) => pick(DAYS, number * 2 + Math.floor(number / 11)),
  ship: (number) => pick(SHIPS, number * 4 + Math.floor(number / 5)),
  name: (number) => pick(NAMES, number + Math.floor(number / 13)),
  count: (number) => String(12 + ((number * 37) % 83)),
  few: (number) => String(2 + ((number * 5) % 7)),
  year: (number) => String(1880 + ((number * 17) % 90)),
  years: (number) => String(5 * (2 + ((number * 11) % 22))),
};

/** Replaces `{island}`, `{count}` and so on; the same number always yields the same text. */
export const fillSlots = (text: string, number: number): string =>
  text.replace(/\{(\w+)\}/g, (slot, name: string) => SLOTS[name]?.(number) ?? slot);

const pick = (words: readonly string[], number: number): string => words[number % words.length]!;
