const HUNDREDTHS = 1;
const IS_INTEGER = 2;
const bits = Buffer.alloc(8);

/** A number in four bytes, as all binary formats of Excel have it ([MS-XLS] 2.5.217). */
export function decodeRk(rk: number): number {
  const shift = rk & ~3;
  if ((rk & IS_INTEGER) === 0) bits.writeInt32LE(shift, 4);
  const value = (rk & IS_INTEGER) === 0 ? bits.readDoubleLE(0) : rk >> 2;
  return (rk & HUNDREDTHS) === 0 ? value : value / 100;
}

const ERRORS: Readonly<Record<number, string>> = {
  0: '#NULL!',
  7: '#DIV/0!',
  15: '#VALUE!',
  23: '#REF!',
  29: '#NAME?',
  36: '#NUM!',
  42: '#N/A',
  43: '#GETTING_DATA',
};

export const errorText = (code: number): string => ERRORS[code] ?? '#ERROR!';
