/** Namespace URIs by their usual prefix, with the variants that feeds use. */
const USUAL: Readonly<Record<string, readonly string[]>> = {
  rdf: ['http://www.w3.org/1999/02/22-rdf-syntax-ns#'],
  atom: ['http://www.w3.org/2005/Atom', 'http://purl.org/atom/ns#'],
  rss: ['http://purl.org/rss/1.0/'],
  rss090: ['http://my.netscape.com/rdf/simple/0.9/', 'http://channel.netscape.com/rdf/simple/0.9/'],
  media: [
    'http://search.yahoo.com/mrss/',
    'http://search.yahoo.com/rss/',
    'http://video.search.yahoo.com/mrss',
  ],
  dc: ['http://purl.org/dc/elements/1.1/', 'http://purl.org/dc/elements/1.0/'],
  dcterms: ['http://purl.org/dc/terms/'],
  content: ['http://purl.org/rss/1.0/modules/content/'],
  sy: ['http://purl.org/rss/1.0/modules/syndication/'],
  slash: ['http://purl.org/rss/1.0/modules/slash/'],
  taxo: ['http://purl.org/rss/1.0/modules/taxonomy/'],
  ev: ['http://purl.org/rss/1.0/modules/event/'],
  itunes: ['http://www.itunes.com/dtds/podcast-1.0.dtd'],
  podcast: [
    'https://podcastindex.org/namespace/1.0',
    'https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md',
  ],
  googleplay: ['http://www.google.com/schemas/play-podcasts/1.0'],
  g: ['http://base.google.com/ns/1.0'],
  c: ['http://base.google.com/cns/1.0'],
  georss: ['http://www.georss.org/georss', 'http://www.georss.org/georss/10'],
  gml: ['http://www.opengis.net/gml'],
  geo: ['http://www.w3.org/2003/01/geo/wgs84_pos#'],
  wfw: ['http://wellformedweb.org/CommentAPI/'],
  thr: ['http://purl.org/syndication/thread/1.0'],
  app: ['http://www.w3.org/2007/app'],
  opensearch: ['http://a9.com/-/spec/opensearch/1.1/'],
  feedburner: ['http://rssnamespace.org/feedburner/ext/1.0'],
  creativeCommons: ['http://backend.userland.com/creativeCommonsRssModule'],
  cc: ['http://web.resource.org/cc/', 'http://cyber.law.harvard.edu/rss/creativeCommonsRssModule.html'],
  yt: ['http://www.youtube.com/xml/schemas/2015'],
  sitemap: ['http://www.sitemaps.org/schemas/sitemap/0.9'],
  image: ['http://www.google.com/schemas/sitemap-image/1.1'],
  video: ['http://www.google.com/schemas/sitemap-video/1.1'],
  news: ['http://www.google.com/schemas/sitemap-news/0.9'],
  xhtml: ['http://www.w3.org/1999/xhtml'],
  xlink: ['http://www.w3.org/1999/xlink'],
  xsi: ['http://www.w3.org/2001/XMLSchema-instance'],
  xml: ['http://www.w3.org/XML/1998/namespace'],
};

/** Feeds differ in case, the last slash, and http or https. */
const normal = (uri: string): string =>
  uri
    .toLowerCase()
    .replace(/^https:/, 'http:')
    .replace(/[/#]$/, '');

const PREFIX_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(USUAL).flatMap(([prefix, uris]) => uris.map((uri) => [normal(uri), prefix] as const)),
);

/** The usual prefix of a namespace, whatever prefix the document uses; undefined for an unknown namespace. */
export const usualPrefixOf = (uri: string): string | undefined => PREFIX_OF.get(normal(uri));

export const USUAL_PREFIXES: ReadonlySet<string> = new Set(Object.keys(USUAL));

const urisOf = (...prefixes: string[]): ReadonlySet<string> =>
  new Set(prefixes.flatMap((prefix) => USUAL[prefix] ?? []));

export const ATOM_NAMESPACES = urisOf('atom');
export const RSS_1_NAMESPACES = urisOf('rss', 'rss090');
export const XHTML_NAMESPACE = 'http://www.w3.org/1999/xhtml';
