import type { Appearance } from '@inlet/contracts';
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';
import { mix, readableOn, textOn } from './contrast.js';

const ACCENT = '#2f55d4';
const FONT = "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', sans-serif";
const SURFACE = { light: '#ffffff', dark: '#17191d' } as const;
/** The backgrounds with the least contrast to accent-coloured text. */
const TINTED = { light: '#f3f5f8', dark: '#24272d' } as const;

/** Mantine's dark greys, in our tint. */
const DARK: MantineColorsTuple = [
  '#eceef1',
  '#c9ced5',
  '#a8b0ba',
  '#79818c',
  '#454a53',
  '#32363d',
  '#1f2227',
  '#17191d',
  '#131519',
  '#0f1114',
];

/** Makes ten shades of the host's colour, which is number 6. Number 7, for hovering, moves away from the text colour. */
function shades(color: string): MantineColorsTuple {
  const away = textOn(color) === '#ffffff' ? '#000000' : '#ffffff';
  const lighter = [0.92, 0.84, 0.7, 0.54, 0.36, 0.18].map((share) => mix(color, '#ffffff', share));
  const stronger = [0.12, 0.22, 0.32].map((share) => mix(color, away, share));
  return [...lighter, color, ...stronger] as unknown as MantineColorsTuple;
}

export function makeTheme(appearance: Appearance = {}) {
  const radius = appearance.radius ?? 8;
  const px = (value: number) => `${value}px`;
  return createTheme({
    colors: { accent: shades(appearance.primaryColor ?? ACCENT), dark: DARK },
    primaryColor: 'accent',
    primaryShade: 6,
    autoContrast: true,
    // At this luminance, black and white text have the same contrast.
    luminanceThreshold: 0.179,
    black: '#16191d',
    fontFamily: appearance.fontFamily ? `${appearance.fontFamily}, ${FONT}` : FONT,
    fontSizes: { xs: '12px', sm: '14px', md: '14px', lg: '16px', xl: '20px' },
    lineHeights: { xs: '1.4', sm: '1.5', md: '1.5', lg: '1.5', xl: '1.4' },
    spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
    radius: { xs: '4px', sm: px(Math.max(0, radius - 2)), md: px(radius), lg: px(radius + 4), xl: '32px' },
    defaultRadius: 'sm',
    respectReducedMotion: true,
    cursorType: 'pointer',
    focusRing: 'auto',
  });
}

/** Our design tokens as custom properties for both schemes. Every pair of text and background has at least 4.5:1. */
export const makeVariables =
  (appearance: Appearance = {}): CSSVariablesResolver =>
  () => {
    const accent = appearance.primaryColor ?? ACCENT;
    const own = (scheme: 'light' | 'dark') => ({
      '--inlet-accent-text': readableOn(accent, { background: TINTED[scheme] }),
      '--inlet-accent-line': readableOn(accent, { background: SURFACE[scheme], ratio: 3 }),
      '--mantine-color-anchor': readableOn(accent, { background: TINTED[scheme] }),
    });
    return {
      variables: { '--inlet-accent': accent, '--inlet-on-accent': textOn(accent) },
      light: {
        ...own('light'),
        '--inlet-surface': SURFACE.light,
        '--inlet-raised': '#f7f8fa',
        '--inlet-hover': '#f1f3f5',
        '--inlet-line': '#e3e6ea',
        '--inlet-line-strong': '#8a929c',
        '--inlet-text': '#16191d',
        '--inlet-quiet': '#59616b',
        '--inlet-good': '#14713d',
        '--inlet-good-ground': '#e7f6ec',
        '--inlet-warn': '#8a4b00',
        '--inlet-warn-ground': '#fdf3e0',
        '--inlet-held': '#a63c06',
        '--inlet-held-ground': '#ffeadc',
        '--inlet-bad': '#b42318',
        '--inlet-bad-ground': '#fdecea',
        '--inlet-accent-ground': mix(accent, '#ffffff', 0.92),
        '--mantine-color-body': SURFACE.light,
        '--mantine-color-text': '#16191d',
        '--mantine-color-dimmed': '#59616b',
        '--mantine-color-placeholder': '#68717c',
        '--mantine-color-default-border': '#c9ced5',
        '--mantine-color-error': '#b42318',
      },
      dark: {
        ...own('dark'),
        '--inlet-surface': SURFACE.dark,
        '--inlet-raised': '#1f2227',
        '--inlet-hover': '#292d33',
        '--inlet-line': '#32363d',
        '--inlet-line-strong': '#79818c',
        '--inlet-text': '#eceef1',
        '--inlet-quiet': '#a8b0ba',
        '--inlet-good': '#6fd195',
        '--inlet-good-ground': '#17311f',
        '--inlet-warn': '#f0b45c',
        '--inlet-warn-ground': '#35280f',
        '--inlet-held': '#ffa062',
        '--inlet-held-ground': '#3d220f',
        '--inlet-bad': '#ff9a8f',
        '--inlet-bad-ground': '#3a1c1a',
        '--inlet-accent-ground': mix(accent, SURFACE.dark, 0.82),
        '--mantine-color-body': SURFACE.dark,
        '--mantine-color-text': '#eceef1',
        '--mantine-color-dimmed': '#a8b0ba',
        '--mantine-color-placeholder': '#9aa2ad',
        '--mantine-color-default': '#1f2227',
        '--mantine-color-default-hover': '#292d33',
        '--mantine-color-default-border': '#454a53',
        '--mantine-color-error': '#ff9a8f',
      },
    };
  };
