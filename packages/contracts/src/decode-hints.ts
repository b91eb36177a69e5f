/** Facts about a body that its transport names. Made once, when the body is opened, and passed on unchanged. */
export interface DecodeHints {
  /** The `charset` parameter of the Content-Type header, as claimed; null without one. */
  readonly charset: string | null;
  /** The address of the source after redirects, against which relative addresses resolve; null if it has none. */
  readonly baseUrl: string | null;
}
