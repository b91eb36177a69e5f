interface Palette {
  readonly sky: readonly [string, string];
  readonly sun: string;
  readonly far: string;
  readonly near: string;
  readonly sea: string;
}

const PALETTES: readonly Palette[] = [
  { sky: ['#fde2c4', '#f7a072'], sun: '#fff3d6', far: '#c8746b', near: '#6b4058', sea: '#3c3a5e' },
  { sky: ['#dbeafe', '#7fb2e5'], sun: '#ffffff', far: '#5d8fb8', near: '#2f5d85', sea: '#1d4468' },
  { sky: ['#e4f1e8', '#8fc3ae'], sun: '#fdfbe8', far: '#5b9484', near: '#2c6358', sea: '#1b4a4a' },
  { sky: ['#2b3a67', '#6b6a9c'], sun: '#f4e9cd', far: '#3b3f6b', near: '#23264d', sea: '#141a38' },
  { sky: ['#f9e9ec', '#d9a5b3'], sun: '#fff7ef', far: '#a96c83', near: '#6d3f5b', sea: '#46304f' },
];

const WIDTH = 640;
const HEIGHT = 400;
const WATERLINE = 270;

/** Draws a view of the harbour, a different one for each seed. */
export function picture(seed: number): string {
  const { sky, sun, far, near, sea } = PALETTES[seed % PALETTES.length]!;
  const sunX = 120 + ((seed * 97) % 400);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}">
<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${sky[0]}"/><stop offset="1" stop-color="${sky[1]}"/></linearGradient></defs>
<rect width="${WIDTH}" height="${HEIGHT}" fill="url(#sky)"/>
<circle cx="${sunX}" cy="${130 + ((seed * 31) % 70)}" r="${34 + ((seed * 13) % 22)}" fill="${sun}"/>
<path d="${hills({ seed, height: 90, waves: 2 })}" fill="${far}"/>
<path d="${hills({ seed: seed + 3, height: 46, waves: 3 })}" fill="${near}"/>
<rect y="${WATERLINE}" width="${WIDTH}" height="${HEIGHT - WATERLINE}" fill="${sea}"/>
<g fill="${sun}" opacity=".28">${glitter(sunX)}</g>
${THINGS[(seed * 5) % THINGS.length]!({ x: 90 + ((seed * 151) % 440), dark: near, light: sun })}
</svg>
`;
}

interface Hills {
  readonly seed: number;
  readonly height: number;
  readonly waves: number;
}

function hills({ seed, height, waves }: Hills): string {
  const points = Array.from({ length: 33 }, (_, index) => {
    const angle = (index / 32) * Math.PI * 2 * waves + seed * 1.7;
    const y = WATERLINE - (height / 2) * (1 + 0.6 * Math.sin(angle) + 0.4 * Math.sin(angle * 2.3 + seed));
    return `${index * 20},${y.toFixed(1)}`;
  });
  return `M0,${WATERLINE} L${points.join(' ')} L${WIDTH},${WATERLINE} Z`;
}

const glitter = (x: number): string =>
  [0, 1, 2, 3, 4, 5]
    .map((row) => {
      const width = 110 - row * 12 + (row % 2) * 26;
      return `<rect x="${x - width / 2}" y="${WATERLINE + 12 + row * 18}" width="${width}" height="4" rx="2"/>`;
    })
    .join('');

interface Place {
  readonly x: number;
  readonly dark: string;
  readonly light: string;
}

const THINGS: readonly ((place: Place) => string)[] = [
  // A sailing boat.
  ({ x, dark, light }) =>
    `<path d="M${x - 46} 292h92l-16 24h-60z" fill="${dark}"/><path d="M${x} 176v108h-44z" fill="${light}"/><path d="M${x + 6} 196v88h36z" fill="${light}" opacity=".75"/>`,
  // A lighthouse on its rock.
  ({ x, dark, light }) =>
    `<path d="M${x - 60} 284q60-44 120 0z" fill="${dark}"/><path d="M${x - 16} 264l6-118h20l6 118z" fill="${light}"/><path d="M${x - 12} 192h24l2 24h-28zM${x - 14} 236h29l1 22h-32z" fill="${dark}"/><rect x="${x - 9}" y="128" width="18" height="18" fill="${dark}"/><path d="M${x - 14} 128h28l-14-14z" fill="${dark}"/>`,
  // Houses at the quay.
  ({ x, dark, light }) =>
    [-78, -26, 26]
      .map(
        (offset, index) =>
          `<path d="M${x + offset} 284v-${70 + index * 14}l26-26 26 26v${70 + index * 14}z" fill="${dark}"/><path d="M${x + offset + 10} 236h10v14h-10zM${x + offset + 32} 236h10v14h-10z" fill="${light}"/>`,
      )
      .join(''),
  // A ferry.
  ({ x, dark, light }) =>
    `<path d="M${x - 96} 274h192l-22 38h-150z" fill="${dark}"/><path d="M${x - 66} 240h128v32h-128z" fill="${light}"/><path d="M${x - 30} 214h64v24h-64z" fill="${light}" opacity=".8"/><path d="M${x + 6} 186h18v26h-18z" fill="${dark}"/>`,
];
