/** What the transport of a body says about it. Made once when a body is opened and passed on unchanged. */
export interface DecodeHints {
  /** The `charset` parameter of the Content-Type header, as claimed; null without one. */
  readonly charset: string | null;
  /** The address of the source after redirects, against which relative addresses resolve; null if it has none. */
  readonly baseUrl: string | null;
}
