export type MediaKind = 'image' | 'audio' | 'video';

/** A concept that feeds express by different paths. */
export interface FeedConcept {
  /** Names of columns for it. */
  readonly names: string;
  /** Paths with how well they express it, 0 to 1. Their case does not matter. */
  readonly paths: Readonly<Record<string, number>>;
  /** Whether several values are joined as a list; otherwise the first counts. */
  readonly isList?: boolean;
  /** The only kind of media that its addresses lead to. */
  readonly kind?: MediaKind;
  /** Whether its texts keep their markup. */
  readonly keepsMarkup?: boolean;
  readonly isAuthor?: boolean;
  readonly isDate?: boolean;
  /** Whether a path serves only one column of this concept. */
  readonly isExclusive?: boolean;
  /** Whether it has a name, so that `company name` is the company, and a number is only its id. */
  readonly isNamed?: boolean;
  /** Whether its names mean nothing else, however deep the field or attribute is. */
  readonly isUnmistakable?: boolean;
  /** How well paths express it in a calendar, where the `summary` of an event is its title. */
  readonly calendarPaths?: Readonly<Record<string, number>>;
  /** Words beside its names that do not change what they mean. */
  readonly qualifiers?: string;
  /** Names for it if a word beside them says that a moment is meant, such as `creation_date`. */
  readonly stems?: string;
  /** Whether a number after its name is a kind of it: `gtin13`. */
  readonly isNumbered?: boolean;
  /** Which of the two numbers of a position is meant, such as `geometry/coordinates` of GeoJSON. */
  readonly coordinate?: 'longitude' | 'latitude';
}

const LANGUAGES = 'en de fr es it nl pl pt';
const CURRENCIES = 'usd eur gbp chf cad aud jpy inr pln sek nok dkk czk brl mxn';
const COUNTS = 'total integer count number num no nr of';

const ENCLOSURES = {
  'enclosure/@url': 1,
  "link[@rel='enclosure']/@href": 1,
  'attachments/url': 1,
  'enclosure/url': 1,
  'enclosures/url': 1,
  enclosure_url: 1,
  'media:content/@url': 0.7,
  'media:group/media:content/@url': 0.65,
  'video:video/video:content_loc': 0.9,
};

/** RSS 2.0, RSS 1.0 with Dublin Core, Atom, JSON Feed, Media RSS, iTunes, Google Merchant, sitemaps, WordPress. */
export const CONCEPTS: readonly FeedConcept[] = [
  {
    names:
      'title, headline, name, heading, subject, product name, item name, article name, web title, titel, titre, titulo, objekttitel',
    calendarPaths: { summary: 0.95 },
    qualifiers: LANGUAGES,
    paths: {
      title: 1,
      'g:title': 1,
      'title/rendered': 1,
      'dc:title': 0.9,
      'news:news/news:title': 0.9,
      'video:video/video:title': 0.9,
      'media:group/media:title': 0.8,
      'itunes:title': 0.8,
      'media:title': 0.7,
      name: 0.8,
    },
  },
  {
    names:
      'link, url, href, permalink, product url, item url, web address, website, page, page url, web link, deep link, absolute url, web url, hosted url, canonical url, detail url, link url, html link, html url, seo url, permalink url, share url, apply url, public url, uri',
    qualifiers:
      'redirect apply application landing listing offer job affiliate click target short view external detail details canonical web resource merchant',
    paths: {
      link: 1,
      "link[@rel='alternate']/@href": 1,
      'link/@href': 0.95,
      'g:link': 1,
      url: 1,
      loc: 1,
      html_url: 0.9,
      'feedburner:origLink': 0.9,
      external_url: 0.7,
      'links/html': 0.9,
      'links/html/href': 0.9,
      'links/self': 0.6,
      '_links/self': 0.6,
      'links/self/href': 0.55,
      '_links/self/href': 0.55,
    },
  },
  {
    names:
      'description, summary, excerpt, teaser, abstract, intro, lead, short description, snippet, desc, trail text, standfirst, overview, long desc, description long, beschreibung, objektbeschreibung, descripcion, remarks',
    isExclusive: true,
    qualifiers: LANGUAGES,
    paths: {
      description: 1,
      summary: 1,
      'g:description': 1,
      'excerpt/rendered': 1,
      'excerpt:encoded': 0.9,
      'dc:description': 0.9,
      'dcterms:abstract': 0.9,
      'itunes:summary': 0.8,
      'media:description': 0.7,
      'media:group/media:description': 0.7,
      'video:video/video:description': 0.7,
      'itunes:subtitle': 0.6,
      'content:encoded': 0.6,
      long_description: 0.65,
      content: 0.6,
      content_text: 0.6,
      body: 0.6,
    },
  },
  {
    names:
      'body, content, text, full text, html, body html, content html, article body, long description, selftext, story text',
    isExclusive: true,
    keepsMarkup: true,
    qualifiers: LANGUAGES,
    paths: {
      'content:encoded': 1,
      content: 1,
      content_html: 1,
      html: 0.9,
      selftext: 0.9,
      'content/rendered': 1,
      content_text: 0.9,
      'xhtml:body': 0.9,
      'content:items/rdf:Bag/rdf:li/content:item/rdf:value': 0.9,
      body: 0.9,
      description: 0.7,
      'media:group/media:description': 0.6,
      summary: 0.6,
    },
  },
  {
    names:
      'published, published at, published on, publish date, pub date, publication date, date published, date, posted, posted at, created, created at, date created, release date, released at, released, released date, first published, web publication date, date posted, datum, fecha',
    isDate: true,
    qualifiers: 'first start',
    stems: 'publish publication creation create posting issue',
    paths: {
      pubDate: 1,
      published: 1,
      date_published: 1,
      published_at: 1,
      first_published: 1,
      released_at: 0.95,
      'dc:date': 0.95,
      date: 0.95,
      'dcterms:issued': 0.9,
      'dcterms:created': 0.9,
      issued: 0.9,
      created: 0.9,
      created_at: 0.9,
      'news:news/news:publication_date': 0.9,
      'video:video/video:publication_date': 0.8,
      updated: 0.6,
      updated_at: 0.55,
      modified: 0.6,
      date_modified: 0.55,
      'dcterms:modified': 0.55,
      datetime: 0.6,
      lastmod: 0.5,
    },
  },
  {
    names: 'updated, updated at, updated on, modified, modified at, last modified, last updated, changed',
    isDate: true,
    stems: 'update modification modify change lastmod lastupdate lastmodification',
    paths: {
      updated: 1,
      modified: 1,
      date_modified: 1,
      updated_at: 1,
      'dcterms:modified': 1,
      lastmod: 1,
      'dc:date': 0.5,
      pubDate: 0.5,
      published: 0.5,
      date_published: 0.5,
    },
  },
  {
    names: 'author, authors, writer, creator, byline, by, author name, journalist',
    isList: true,
    isAuthor: true,
    isNamed: true,
    paths: {
      'dc:creator': 1,
      'author/name': 1,
      'authors/name': 1,
      author: 0.95,
      'itunes:author': 0.8,
      'googleplay:author': 0.8,
      'user/name': 0.85,
      'user/display_name': 0.85,
      'account/display_name': 0.85,
      'owner/display_name': 0.85,
      'author/login': 0.7,
      'author/username': 0.7,
      'user/login': 0.7,
      'account/username': 0.6,
      // RFC 4287, section 4.2.1: the author of the feed is that of an entry without one.
      '/feed/author/name': 0.5,
    },
  },
  { names: 'author email, email', paths: { 'author/email': 0.9, author: 0.5 } },
  {
    names: 'author url, author link, author uri',
    paths: { 'author/uri': 1, 'author/url': 1, 'authors/url': 1 },
  },
  {
    names:
      'image, image url, image link, picture, picture url, photo, photo url, thumbnail, thumbnail url, thumb, cover, cover image, main image, artwork, product image, img, img url, url to image, primary image, featured image, feature image, bild, imagen, image src',
    kind: 'image',
    qualifiers: 'path merchant',
    paths: {
      'media:content/@url': 1,
      'media:group/media:content/@url': 0.95,
      'media:thumbnail/@url': 0.9,
      'media:content/media:thumbnail/@url': 0.9,
      'media:group/media:thumbnail/@url': 0.85,
      'itunes:image/@href': 0.9,
      'image:image/image:loc': 0.95,
      'video:video/video:thumbnail_loc': 0.9,
      'g:image_link': 1,
      image_link: 1,
      image: 0.95,
      'image/url': 0.95,
      'image/@url': 0.95,
      'image/@href': 0.95,
      banner_image: 0.8,
      'media/url': 0.6,
      'media/src': 0.6,
      'enclosure/@url': 0.7,
      'enc:enclosure/@resource': 0.7,
      "link[@rel='enclosure']/@href": 0.7,
      'attachments/url': 0.6,
    },
  },
  { names: 'audio, audio url, audio file, episode url', kind: 'audio', paths: ENCLOSURES },
  { names: 'video, video url, video file', kind: 'video', paths: ENCLOSURES },
  {
    names: 'media, media url, media file, enclosure, enclosure url, file, file url, download, download url',
    paths: ENCLOSURES,
  },
  {
    names: 'file size, size, audio size',
    paths: { 'enclosure/@length': 0.9, 'media:content/@fileSize': 0.8, 'attachments/size_in_bytes': 0.9 },
  },
  {
    names:
      'category, categories, tag, tags, keyword, keywords, topic, topics, section, labels, product type, category text, category name, category path, kategorie, categorie, categoria',
    isList: true,
    isNamed: true,
    paths: {
      category: 1,
      'category/@term': 1,
      'category/@label': 0.9,
      product_category: 0.98,
      product_type: 0.97,
      tags: 0.95,
      'dc:subject': 0.9,
      'g:product_type': 0.9,
      'news:news/news:keywords': 0.8,
      'itunes:keywords': 0.8,
      'g:google_product_category': 0.8,
      'media:keywords': 0.7,
      'media:category': 0.7,
    },
  },
  {
    names: 'id, guid, identifier, external id, uid, unique id, source id, key, object id',
    paths: {
      guid: 1,
      id: 1,
      'g:id': 1,
      'guid/rendered': 1,
      'dc:identifier': 0.9,
      '@rdf:about': 0.8,
      '@id': 0.9,
      'sys/id': 0.9,
      'id/videoId': 0.9,
      '~key': 0.9,
      _id: 0.95,
      uuid: 0.9,
      identifier: 0.9,
      short_id: 0.8,
      shortcode: 0.7,
      cid: 0.7,
      uri: 0.65,
      code: 0.6,
      slug: 0.5,
    },
  },
  {
    names:
      'reference, reference number, ref, ref number, ref no, reference id, job reference, listing id, mls id, requisition id, object number, objektnr, objektnr extern',
    paths: {
      reference: 1,
      reference_number: 1,
      ref: 0.97,
      ref_number: 1,
      'identifier/value': 0.9,
      id: 0.75,
      'g:id': 0.75,
      guid: 0.75,
      unique_id: 0.75,
      '@id': 0.7,
      '~key': 0.7,
    },
  },
  {
    names:
      'sku, skus, product id, item id, article number, item number, product code, product number, supplier pid, artikelnummer',
    qualifiers: 'merchant supplier vendor',
    paths: { 'g:id': 0.95, 'g:mpn': 0.55, reference: 0.65, id: 0.6, '@id': 0.6, '~key': 0.7 },
  },
  {
    names:
      'price, amount, cost, regular price, unit price, final price, price amount, price vat, price with vat, price incl vat, price including vat, price with tax, price incl tax, price including tax, gross price, bruttopreis, prix ttc, preis, prix, precio, kaufpreis, betrag',
    qualifiers: CURRENCIES,
    paths: { 'g:price': 1, price: 1, 'price/amount': 0.9, 'g:sale_price': 0.6 },
  },
  {
    names: 'sale price, special price, offer price, discount price',
    qualifiers: CURRENCIES,
    paths: { 'g:sale_price': 1 },
  },
  { names: 'brand, manufacturer, vendor, maker, marke, hersteller', isNamed: true, paths: { 'g:brand': 1 } },
  {
    names: 'gtin, ean, upc, barcode, isbn',
    isNumbered: true,
    paths: { 'g:gtin': 1, 'g:upc': 0.9, 'g:ean': 0.9, 'g:isbn': 0.9 },
  },
  { names: 'mpn, manufacturer number, part number', paths: { 'g:mpn': 1 } },
  {
    names: 'availability, stock status, in stock, stock, available, is available',
    qualifiers: 'status',
    paths: { 'g:availability': 1, availability: 1 },
  },
  {
    names: 'version, version number, release version',
    paths: { version: 1, tag_name: 0.9 },
  },
  { names: 'condition, item condition', paths: { 'g:condition': 1 } },
  { names: 'group id, parent sku, parent id, variant group', paths: { 'g:item_group_id': 1 } },
  {
    names: 'duration, length, running time, play time',
    paths: { 'itunes:duration': 1, 'media:content/@duration': 0.8, 'attachments/duration_in_seconds': 0.9 },
  },
  { names: 'episode, episode number', paths: { 'itunes:episode': 1, 'podcast:episode': 0.9 } },
  { names: 'season, season number', paths: { 'itunes:season': 1, 'podcast:season': 0.9 } },
  { names: 'explicit, is explicit', paths: { 'itunes:explicit': 1 } },
  {
    names: 'comments, comments url, comment link',
    paths: { comments: 1, "link[@rel='replies']/@href": 0.8 },
  },
  { names: 'comment count, number of comments', paths: { 'slash:comments': 1, 'thr:total': 0.9 } },
  { names: 'language, locale, lang', paths: { 'dc:language': 1, language: 1, '@xml:lang': 0.8 } },
  {
    names: 'copyright, rights, licence, license',
    paths: { 'dc:rights': 1, rights: 1, 'media:copyright': 0.8 },
  },
  {
    names: 'publisher, source, source name',
    paths: { 'dc:publisher': 0.9, source: 0.9, 'source/title': 0.9 },
  },
  {
    names: 'latitude, lat, geo lat, breitengrad',
    isUnmistakable: true,
    coordinate: 'latitude',
    paths: {
      'geo:lat': 1,
      'geo:Point/geo:lat': 1,
      'geometry/coordinates': 0.9,
      coordinates: 0.9,
      'georss:point': 0.8,
      'georss:where/gml:Point/gml:pos': 0.8,
    },
  },
  {
    names: 'longitude, lng, lon, long, geo lng, geo lon, laengengrad, langengrad',
    isUnmistakable: true,
    coordinate: 'longitude',
    paths: {
      'geo:long': 1,
      'geo:Point/geo:long': 1,
      'geometry/coordinates': 0.9,
      coordinates: 0.9,
      'georss:point': 0.8,
      'georss:where/gml:Point/gml:pos': 0.8,
    },
  },
  {
    names: 'postal code, postcode, post code, zip, zip code, plz, postleitzahl, code postal, codigo postal',
    isUnmistakable: true,
    paths: {},
  },
  {
    names: 'city, town, locality, address locality, municipality, ort, stadt, ville, ciudad',
    isNamed: true,
    paths: {},
  },
  {
    names:
      'company, employer, hiring organization, organization, organisation, firm, firma, entreprise, empresa',
    isNamed: true,
    paths: {},
  },
  {
    names:
      'employment type, employment, job type, contract type, contract, commitment, work type, position type, time type, type of employment, type of contract, beschaftigungsart, vertragsart, type de contrat, tipo de contrato',
    paths: { contract_type: 1, 'categories/commitment': 1, contract_time: 0.7, schedule: 0.6 },
  },
  { names: 'phone, phone number, telephone, tel, formatted phone number, telefon', paths: {} },
  { names: 'bedrooms, beds, number of bedrooms, anzahl schlafzimmer', qualifiers: COUNTS, paths: {} },
  { names: 'bathrooms, baths, number of bathrooms, anzahl badezimmer', qualifiers: COUNTS, paths: {} },
  {
    names: 'start, start date, starts, starts at, start time, begin, begins, dtstart, event start',
    isDate: true,
    paths: {
      datetime: 0.8,
      dtstart: 1,
      'start/dateTime': 1,
      'dates/start/dateTime': 1,
      'start/utc': 0.95,
      'start/date': 0.8,
    },
  },
  {
    names: 'end, end date, ends, ends at, end time, dtend, event end',
    isDate: true,
    paths: { dtend: 1, 'end/dateTime': 1, 'dates/end/dateTime': 1, 'end/utc': 0.95, 'end/date': 0.8 },
  },
  {
    names:
      'show title, show, show name, series, series title, series name, podcast, podcast title, podcast name, channel title, channel name, feed title, site name, blog title',
    isNamed: true,
    paths: { '/rss/channel/title': 1, '/feed/title': 1, '/title': 0.9, '/feed/name': 0.7 },
  },
];
