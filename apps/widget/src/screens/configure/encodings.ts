/** A script (four letters) or languages, by the encodings used for it, most common first. */
const ENCODINGS: readonly (readonly [script: string, encodings: readonly string[]])[] = [
  ['', ['utf-8', 'utf-16le', 'utf-16be']],
  ['Latn', ['windows-1252', 'iso-8859-15', 'macintosh']],
  ['pl', ['windows-1250', 'iso-8859-2']],
  ['Cyrl', ['windows-1251', 'koi8-r', 'koi8-u', 'iso-8859-5', 'ibm866']],
  ['Grek', ['windows-1253', 'iso-8859-7']],
  ['tr', ['windows-1254']],
  ['Hebr', ['windows-1255', 'iso-8859-8']],
  ['Arab', ['windows-1256', 'iso-8859-6']],
  ['lt', ['windows-1257', 'iso-8859-13']],
  ['vi', ['windows-1258']],
  ['th', ['windows-874']],
  ['ja', ['shift_jis', 'euc-jp', 'iso-2022-jp']],
  ['ko', ['euc-kr']],
  ['zh-Hans', ['gb18030', 'gbk']],
  ['zh-Hant', ['big5']],
];

export interface EncodingChoicesOptions {
  readonly locale: string;
  /** A stored choice, which may have another label. */
  readonly chosen: string | undefined;
}

interface EncodingOption {
  readonly value: string;
  readonly label: string;
}

/** The encodings of the WHATWG Encoding Standard that occur in practice, named by their script or language. */
export function encodingChoices({ locale, chosen }: EncodingChoicesOptions): EncodingOption[] {
  const scripts = new Intl.DisplayNames([locale], { type: 'script' });
  const languages = new Intl.DisplayNames([locale], { type: 'language' });
  const nameOf = (code: string) => (/^[A-Z]/.test(code) ? scripts.of(code) : languages.of(code));
  const options = ENCODINGS.flatMap(([code, encodings]) =>
    encodings.map((value) => ({ value, label: code === '' ? value : `${nameOf(code)} · ${value}` })),
  );
  const isListed = chosen === undefined || options.some(({ value }) => value === chosen);
  return isListed ? options : [...options, { value: chosen, label: chosen }];
}
