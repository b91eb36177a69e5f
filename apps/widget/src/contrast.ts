type Rgb = readonly [number, number, number];

const parse = (hex: string): Rgb =>
  [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;

const print = (rgb: readonly number[]) =>
  `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;

/** Relative luminance, as WCAG 2.2 defines it. */
function luminance(hex: string): number {
  const [red, green, blue] = parse(hex).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast ratio of two colours, 1 to 21. */
export function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** Returns the colour that is `share` (0 to 1) of the way from one colour to another. */
export function mix(from: string, to: string, share: number): string {
  const target = parse(to);
  return print(parse(from).map((part, index) => part + (target[index]! - part) * share));
}

/** Returns white or near-black, whichever has the higher contrast on this colour: at least 4.5. */
export const textOn = (background: string): string =>
  contrast('#ffffff', background) >= contrast('#111418', background) ? '#ffffff' : '#111418';

/** Returns the colour, moved toward black or white until it has the wanted contrast to the background. */
export function readableOn(
  color: string,
  { background, ratio = 4.5 }: { background: string; ratio?: number },
): string {
  const end = luminance(background) > 0.18 ? '#000000' : '#ffffff';
  for (let share = 0; share < 1; share += 0.05) {
    const candidate = mix(color, end, share);
    if (contrast(candidate, background) >= ratio) return candidate;
  }
  return end;
}
