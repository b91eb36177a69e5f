const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const LENGTH = 26;

/** Ids in the form that the contracts ask for, counted from 1: `run_00000000000000000000000001`. */
export function createIds(): (prefix: string) => string {
  let count = 0;
  return (prefix) => {
    count += 1;
    return `${prefix}_${toBase32(count).padStart(LENGTH, '0')}`;
  };
}

function toBase32(value: number): string {
  const rest = Math.floor(value / ALPHABET.length);
  const digit = ALPHABET.charAt(value % ALPHABET.length);
  return rest === 0 ? digit : toBase32(rest) + digit;
}
