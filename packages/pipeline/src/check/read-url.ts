import { parseUrl } from '@inlet/contracts/web-address';
import type { ReadValue, Refusal } from './refusal.js';

const NOT_A_URL: Refusal = { refused: 'not_a_url' };
const NOT_AN_IMAGE_URL: Refusal = { refused: 'not_an_image_url' };

/** Matches most addresses; the WHATWG parser accepts all of them. */
const PLAIN = /^https?:\/\/(?:[a-z\d]+(?:-[a-z\d]+)*\.)+[a-z]{2,63}(?:[/?#][\w\-.~:/?#[\]@!$&'()*+,;=%]*)?$/;
/** Characters that RFC 3986 allows. */
const PLAIN_CHARACTERS = /^[\w\-.~:/?#[\]@!$&'()*+,;=%]+$/;
const BEGINNING = /^https?:\/\//i;
const MOST_CHARACTERS = 8192;

/** Relative addresses: `/a`, `../a`, `//host/a`, `?a`. */
const RELATIVE = /^(?:\.{0,2}\/|\?)/;

/** Keeps a valid address; encodes characters that addresses must not have (spaces, umlauts). */
function normalize(text: string, baseUrl: string | null): string | undefined {
  if (text.length > MOST_CHARACTERS) return undefined;
  if (PLAIN.test(text)) return text;
  if (baseUrl !== null && RELATIVE.test(text)) return resolve(text, baseUrl);
  const url = BEGINNING.test(text) ? parseUrl(text) : null;
  if (url === null) return undefined;
  return PLAIN_CHARACTERS.test(text) ? text : url.href;
}

function resolve(text: string, baseUrl: string): string | undefined {
  const url = parseUrl(text, baseUrl);
  return url === null ? undefined : normalize(url.href, null);
}

/** Reads http and https addresses by the WHATWG URL standard; resolves relative ones against the address of the source. */
export function compileUrl(baseUrl: string | null): ReadValue {
  return (text) => normalize(text, baseUrl) ?? NOT_A_URL;
}

const OTHER_FILES = new Set(
  (
    'htm html xhtml css js json xml rss atom txt md csv tsv xls xlsx doc docx odt ods ppt pptx rtf pdf epub ' +
    'zip gz tar rar 7z exe dmg apk mp3 m4a aac wav flac ogg oga opus mp4 m4v mov avi mkv webm wmv flv mpg mpeg srt vtt'
  ).split(' '),
);
const EXTENSION = /^[^?#]*\/[^/?#]*\.([a-z\d]{1,5})(?:[?#]|$)/i;
const ORIGIN = /^https?:\/\/[^/?#]*/i;

/** Like `compileUrl`, but refuses file extensions of pages, audio, video and documents. */
export function compileImageUrl(baseUrl: string | null): ReadValue {
  return (text) => {
    const url = normalize(text, baseUrl);
    if (url === undefined) return NOT_AN_IMAGE_URL;
    const extension = EXTENSION.exec(url.replace(ORIGIN, ''))?.[1]?.toLowerCase();
    if (extension === undefined || !OTHER_FILES.has(extension)) return url;
    return { refused: 'not_an_image_url:extension', fill: { extension } };
  };
}
