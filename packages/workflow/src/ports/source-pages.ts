import type {
  DecodeHints,
  IncompleteReason,
  NextPageField,
  SourceWarning,
  SourceWarningCode,
} from '@inlet/contracts';

/** A page of a source, after its last row. */
export interface ReadPage {
  /** Records on this page. */
  readonly records: number;
  /** Bytes of all pages so far, before decoding. */
  readonly bytes: number;
  /** The next page as the content names it. */
  readonly foundNext: string | null;
  /** A field of the content that usually leads to the next page, if no path is configured. */
  readonly nextPageField: NextPageField | null;
}

/** A page with the result of comparing its rows. */
export interface ComparedPage extends ReadPage {
  /** Whether all its rows are known and unchanged. */
  readonly isKnown: boolean;
  /** Whether all its rows were on earlier pages of the same run. */
  readonly isRepeated: boolean;
  /** Whether its rows are those of the page before it. */
  readonly isSameAsBefore: boolean;
}

/** A warning whose code is the reason why a source was not read to its end. */
export type IncompleteWarning = SourceWarning<Extract<SourceWarningCode, IncompleteReason>>;

/** The page that follows another one, or the end of the source. */
export type PageTurn =
  | { readonly kind: 'page'; readonly bytes: AsyncIterable<Uint8Array>; readonly hints: DecodeHints }
  | {
      readonly kind: 'end';
      /** Why the source was not read to its end, such as pages that were left; null if nothing that matters is missing. */
      readonly incomplete: IncompleteWarning | null;
      /** Later pages were not read, because an earlier one has nothing new. */
      readonly isEarly: boolean;
    };

/** Opens the page that follows a page, which is closed. */
export type TurnPage<Page extends ReadPage> = (page: Page) => Promise<PageTurn>;

/** Ends after the first page. */
export const readOnePage = async (): Promise<PageTurn> => ({
  kind: 'end',
  incomplete: null,
  isEarly: false,
});
