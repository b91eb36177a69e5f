/** Paths on a 20 by 20 grid, stroked in the text colour. */
const SHAPES = {
  alert: 'M10 6.5v4M10 13.5v.01M3.3 15.5 10 3.5l6.7 12z',
  check: 'm4.5 10.5 3.5 3.5 7.5-8',
  chevron: 'm5.5 8 4.5 4.5L14.5 8',
  clock: 'M10 6v4.200l2.7 1.600M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0z',
  close: 'm5.5 5.5 9 9m0-9-9 9',
  code: 'm7 6.5-3.5 3.5L7 13.5m6-7 3.5 3.5-3.5 3.5M11.3 4.5l-2.6 11',
  copy: 'M7.5 7.5V5A1.5 1.5 0 0 1 9 3.5h6A1.5 1.5 0 0 1 16.5 5v6a1.5 1.5 0 0 1-1.5 1.5h-2.5M5 7.5h6A1.5 1.5 0 0 1 12.5 9v6a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 15V9A1.5 1.5 0 0 1 5 7.5z',
  feed: 'M4 4.5c6.4 0 11.5 5.1 11.5 11.5M4 9.5c3.6 0 6.5 2.9 6.5 6.5M5.5 15.5v.01',
  import: 'M10 3.5v9m-3.5-3.5 3.5 3.5 3.5-3.5M4 16.5h12',
  list: 'M7.5 5.5H16M7.5 10H16M7.5 14.5H16M4 5.5v.01M4 10v.01M4 14.5v.01',
  moon: 'M16.5 11.800A7 7 0 0 1 8.2 3.5a7 7 0 1 0 8.3 8.300z',
  pause: 'M7 5v10M13 5v10',
  pencil: 'm4 16 .8-3.600L13 4.200a1.6 1.6 0 0 1 2.3 0l.5.5a1.6 1.6 0 0 1 0 2.300L7.6 15.200z',
  play: 'M6.5 4.5v11l9-5.5z',
  repeat:
    'M4 9.5A4.5 4.5 0 0 1 8.5 5H15m-2.5-2.5L15 5l-2.5 2.5M16 10.5a4.5 4.5 0 0 1-4.5 4.5H5m2.5 2.5L5 15l2.5-2.5',
  search: 'm13.5 13.5 3 3M15 9A6 6 0 1 1 3 9a6 6 0 0 1 12 0z',
  shield: 'm7.3 10.2 1.9 1.9 3.6-3.900M10 3l5.8 2v4.5c0 3.6-2.4 6.2-5.8 7.5-3.4-1.3-5.8-3.9-5.8-7.5V5z',
  sun: 'M10 2.5V4m0 12v1.5M2.5 10H4m12 0h1.5M4.7 4.700l1 1m8.6 8.6 1 1m0-10.6-1 1m-8.6 8.6-1 1M13 10a3 3 0 1 1-6 0 3 3 0 0 1 6 0z',
  upload: 'M10 12.5v-9M6.5 7 10 3.5 13.5 7M4 16.5h12',
  trash:
    'M4 6h12M8 6V4.5A1 1 0 0 1 9 3.5h2a1 1 0 0 1 1 1V6M5.5 6l.7 9a1.5 1.5 0 0 0 1.5 1.5h4.600a1.5 1.5 0 0 0 1.5-1.5l.7-9',
} as const;

export type IconName = keyof typeof SHAPES;

/** Hidden from screen readers: a word or label always goes with it. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={SHAPES[name]} />
    </svg>
  );
}
