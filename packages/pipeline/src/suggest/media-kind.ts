import type { Heading } from '@inlet/contracts';
import type { MediaKind } from './concepts.js';

const ADDRESS = /\/@?(?:url|href|resource|src)$/;
const TYPES = ['medium', 'type', 'mime_type', 'mimeType', 'content_type'];
const FILE_KINDS: Readonly<Record<MediaKind, RegExp>> = {
  image: /\.(?:jpe?g|png|gif|webp|avif|svg|bmp|tiff?|heic)(?:[?#]|$)/i,
  audio: /\.(?:mp3|m4a|aac|ogg|oga|opus|wav|flac)(?:[?#]|$)/i,
  video: /\.(?:mp4|m4v|mov|webm|mkv|avi|wmv|asf|flv|m3u8|mpe?g)(?:[?#]|$)/i,
};
const KINDS = Object.keys(FILE_KINDS) as MediaKind[];

const VIDEO_TYPE = /^application\/(?:x-ms-(?:wm|asf)|x-mpegurl|vnd\.apple\.mpegurl|mp4)/i;
/** Servers send it for files of any kind. */
const ANY_TYPE = /^application\/octet-stream/i;

/** Whether a MIME type is of a kind, also if it is spelled like `x-audio/mp3`. */
export const isMediaType = (type: string, kind: MediaKind): boolean =>
  type.toLowerCase().replace(/^x-/, '').startsWith(kind);

function kindOfType(type: string): readonly (MediaKind | 'other')[] {
  if (ANY_TYPE.test(type)) return [];
  if (VIDEO_TYPE.test(type)) return ['video'];
  return [KINDS.find((kind) => isMediaType(type, kind)) ?? 'other'];
}

const kindOfAddress = (address: string): MediaKind | undefined =>
  KINDS.find((kind) => FILE_KINDS[kind].test(address));

/** Finds whether addresses at a heading are media of a kind, by `medium` and `type` beside them and by their extensions. */
export function compileKindTest(
  headings: readonly Heading[],
): (heading: Heading, kind: MediaKind) => boolean {
  const samplesAt = new Map(headings.map(({ path, samples }) => [path, samples]));
  return ({ path, samples }, kind) => {
    const element = ADDRESS.test(path) ? path.replace(ADDRESS, '') : undefined;
    const types =
      element === undefined
        ? []
        : TYPES.flatMap(
            (name) => samplesAt.get(`${element}/@${name}`) ?? samplesAt.get(`${element}/${name}`) ?? [],
          );
    const named = [...types.flatMap(kindOfType), ...samples.flatMap((sample) => kindOfAddress(sample) ?? [])];
    return named.every((found) => found === kind);
  };
}
