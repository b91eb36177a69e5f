import { transcodeWindows1252 } from '../windows-1252.js';
import { confidencesOf, isValidIn, LATIN, OTHERS, takeWords } from './guess-encoding.js';

/** Encodings of files by the language of the person, the usual one first. Others use windows-1252. */
const BY_LANGUAGE: readonly (readonly [languages: string, encodings: readonly string[]])[] = [
  ['be bg kk mk mn ru sr tg uk', ['windows-1251', 'koi8-r', 'iso-8859-5']],
  ['bs cs hr hu pl ro sk sl sq', ['windows-1250', 'iso-8859-2']],
  ['az tr', ['windows-1254']],
  ['et lt lv', ['windows-1257']],
  ['vi', ['windows-1258']],
  ['el', ['windows-1253']],
  ['he yi', ['windows-1255']],
  ['ar fa ur', ['windows-1256', 'iso-8859-6']],
  ['th', ['windows-874']],
  ['ja', ['shift_jis', 'euc-jp']],
  ['ko', ['euc-kr']],
  ['zh', ['gb18030', 'big5']],
];
const TRADITIONAL = /^zh-(?:tw|hk|mo|hant)/i;
const USUAL = 'windows-1252';

/** Names of chardet for encodings that a later one contains. */
const ALIASES: Readonly<Record<string, string>> = {
  'iso-8859-1': 'windows-1252',
  'iso-8859-7': 'windows-1253',
  'iso-8859-8': 'windows-1255',
  'iso-8859-9': 'windows-1254',
};

/** Weight of the usual encoding of the language, beside two detectors with up to one each. */
const LANGUAGE_VOTE = 0.4;
const SECOND_VOTE = 0.2;
/** Without a language, files are from Western Europe. */
const USUAL_VOTE = 0.3;
/** How well the characters look like words, beside the detectors. */
const WORDS_VOTE = 1.5;
/** Fewer bytes above 127 are not enough for the detectors, nor to tell the script. */
const FEW_BYTES = 12;

/**
 * Votes for the encoding of text that is not UTF-8 and does not say what it is: two detectors, the language of the person,
 * and whether the characters look like words. Always returns one that the text is valid in.
 */
export async function voteEncoding(head: Buffer, locale: string | undefined): Promise<string> {
  const { bytes, highBytes, isLatin } = takeWords(head);
  const usual = usualEncodings(locale);
  const isShort = highBytes < FEW_BYTES;
  const names = [
    ...(isLatin || isShort ? [...LATIN, 'macintosh'] : []),
    ...(isLatin && !isShort ? [] : OTHERS),
  ];
  const candidates = names.filter((encoding) => isValidIn(bytes, encoding));
  const [first, second] = await Promise.all([confidencesOf(bytes), analyse(bytes)]);
  const most = Math.max(...candidates.map((encoding) => first.get(encoding) ?? 0), Number.MIN_VALUE);
  const scoreOf = (encoding: string): number => {
    const detected = (first.get(encoding) ?? 0) / most + (second.get(encoding) ?? 0);
    const words = WORDS_VOTE * shareOfWords(decode(bytes, encoding));
    return detected * Math.min(1, highBytes / FEW_BYTES) + words + voteOfLanguage(encoding, usual);
  };
  const scores = new Map(candidates.map((encoding) => [encoding, scoreOf(encoding)]));
  const [best] = [...scores].sort(([, a], [, b]) => b - a)[0] ?? [USUAL];
  return best;
}

function usualEncodings(locale: string | undefined): readonly string[] {
  if (locale === undefined) return [];
  if (TRADITIONAL.test(locale)) return ['big5', 'gb18030'];
  const [language = ''] = locale.toLowerCase().split(/[-_]/);
  return BY_LANGUAGE.find(([languages]) => languages.split(' ').includes(language))?.[1] ?? [USUAL];
}

function voteOfLanguage(encoding: string, usual: readonly string[]): number {
  const place = usual.indexOf(encoding);
  if (place >= 0) return place === 0 ? LANGUAGE_VOTE : SECOND_VOTE;
  return encoding === USUAL ? USUAL_VOTE : 0;
}

/** How sure chardet is of each encoding, from 0 to 1. */
async function analyse(bytes: Buffer): Promise<ReadonlyMap<string, number>> {
  // Loaded only for text that needs it.
  const { analyse: rank } = await import('chardet');
  const confidences = new Map<string, number>();
  for (const { name, confidence } of rank(bytes)) {
    const known = ALIASES[name.toLowerCase()] ?? name.toLowerCase();
    confidences.set(known, Math.max(confidence / 100, confidences.get(known) ?? 0));
  }
  return confidences;
}

/** `TextDecoder` of Node 20 reads windows-1252 as ISO-8859-1. */
const decode = (bytes: Buffer, encoding: string): string =>
  encoding === USUAL ? transcodeWindows1252(bytes).toString() : new TextDecoder(encoding).decode(bytes);

/** A capital behind a small letter, a sign between letters, or a letter of another script beside a Latin one. */
const ODD =
  /(?<=\p{Ll})(?![\x00-\x7f])\p{Lu}|(?<=\p{L})[^\x00-\x7f\p{L}\p{M}’‘·–—](?=\p{L})|(?<=\p{Script=Latin})[^\x00-\x7f\p{Script=Latin}\p{M}]|[^\x00-\x7f\p{Script=Latin}\p{M}](?=\p{Script=Latin})/gu;

/** The share of the characters beyond ASCII that look like parts of words. */
function shareOfWords(text: string): number {
  const all = text.match(/[^\x00-\x7f]/gu)?.length ?? 0;
  return all === 0 ? 0 : 1 - (text.match(ODD)?.length ?? 0) / all;
}
