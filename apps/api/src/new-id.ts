const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_CHARACTERS = 10;
const CHANCE_BYTES = 10;
const CHANCE_CHARACTERS = 16;
const CHANCE_LIMIT = 2n ** 80n;

export interface NewIdOptions {
  readonly now: () => Date;
  readonly randomBytes: (size: number) => Buffer;
}

/**
 * Creates ids of the form `run_01jd3v8k5t0000000000000000`: a prefix, then 48 bits of time and 80 random bits in
 * lower-case Crockford base 32. As in the ULID specification, the ids of one generator sort in the order of their
 * creation: within one millisecond, or while the clock is set back, the random part is incremented.
 */
export function createNewId({ now, randomBytes }: NewIdOptions): (prefix: string) => string {
  let lastMs = -1;
  let chance = 0n;
  return (prefix) => {
    const nowMs = now().getTime();
    if (nowMs > lastMs) {
      lastMs = nowMs;
      chance = BigInt(`0x${randomBytes(CHANCE_BYTES).toString('hex')}`);
    } else {
      chance += 1n;
      // All random bits were ones: borrow the next millisecond, which keeps the order.
      if (chance === CHANCE_LIMIT) {
        chance = 0n;
        lastMs += 1;
      }
    }
    return `${prefix}_${toBase32(BigInt(lastMs), TIME_CHARACTERS)}${toBase32(chance, CHANCE_CHARACTERS)}`;
  };
}

function toBase32(value: bigint, length: number): string {
  let rest = value;
  let digits = '';
  for (let at = 0; at < length; at += 1) {
    digits = ALPHABET.charAt(Number(rest & 31n)) + digits;
    rest >>= 5n;
  }
  return digits;
}
