import type { Appearance, WidgetData, WidgetLocale, WidgetMessage, WidgetOptions } from '@inlet/contracts';

/** A user token, or a function that returns a new one. It is called when the widget opens and when its session has ended. */
export type UserToken = string | (() => string | null | Promise<string | null>);

export interface InletOptions {
  /**
   * `inlet_pk_...`, from `inlet project create`. Never the secret key. Required; may be undefined in the type because
   * environment variables are.
   */
  readonly publishableKey: string | undefined;
  /** Id or code of the template. Required. */
  readonly templateId: string | undefined;
  /** Address of the Inlet server. Default: the server of the script; required with the ES module. */
  readonly baseUrl?: string | undefined;
  readonly userToken?: UserToken | undefined;
  /** Only used by projects in development mode. */
  readonly externalUserId?: string | undefined;
  /** Any JSON value, sent with each delivery. `extra.externalUserId` counts as `externalUserId`. */
  readonly extra?: WidgetOptions['extra'];
  /** Values that the wizard is filled in with. The user can change all of them. */
  readonly data?: WidgetData | undefined;
  readonly appearance?: Appearance | undefined;
  /** Texts that replace the widget's own, by key; see docs/texts.md. */
  readonly texts?: Readonly<Record<string, string>> | undefined;
  /** Default: the language of the browser. */
  readonly locale?: WidgetLocale | (string & {}) | undefined;
  /** Title in the header and for screen readers. */
  readonly title?: string | undefined;
  /** The first screen: a new import, or the list of the user's imports. Default `new`. */
  readonly view?: 'new' | 'imports' | undefined;
  /** `inline` fills `container` instead of opening over the page. Default `modal`. */
  readonly mode?: 'modal' | 'inline' | undefined;
  /** The element to fill in mode `inline`. */
  readonly container?: Element | undefined;
}

type FromWidget = {
  [Type in WidgetMessage['type']]: Omit<Extract<WidgetMessage, { type: Type }>, 'type'>;
};

/** A batch of rows of an upload, for a template whose destination is of kind `frontend`. */
export type RowsBatch = FromWidget['rows'];

/** The rows that the page rejects, with the reasons; all others count as taken. */
export interface RowsAnswer {
  readonly results?:
    | readonly {
        readonly rowKey: string;
        readonly status: 'rejected' | (string & {});
        readonly errors?: readonly (string | { readonly columnKey?: string; readonly message: string })[];
      }[]
    | undefined;
}

/**
 * Takes a batch of rows. When its promise resolves, the batch is acknowledged and the next one follows; if it rejects, the
 * user can try again. The same batch comes again, under its `deliveryId`, after the page was closed in between.
 */
export type RowsHandler = (batch: RowsBatch) => Promise<RowsAnswer | undefined> | Promise<void>;

/** Data of each event that `on` can listen to. */
export interface InletEvents
  extends Pick<
    FromWidget,
    | 'ready'
    | 'close'
    | 'jobCreated'
    | 'jobUpdated'
    | 'uploadStarted'
    | 'uploadCompleted'
    | 'rowsSubmitted'
    | 'importCompleted'
    | 'error'
  > {
  open: Record<never, never>;
}
export type InletEventName = keyof InletEvents;

export interface OpenOptions {
  /** The first screen; default: the widget's option `view`. */
  readonly view?: 'new' | 'imports' | undefined;
}

export interface Inlet {
  /** Shows the widget, or moves the focus to it if it is already open. */
  open(options?: OpenOptions): void;
  /** Closes the widget. It asks the user first if something would be lost. */
  close(): void;
  /** @returns a function that removes the listener */
  on(event: 'rows', handler: RowsHandler): () => void;
  on<Name extends InletEventName>(event: Name, listener: (data: InletEvents[Name]) => void): () => void;
  /** Changes options. The user token takes effect at once, the others when the widget opens the next time. */
  update(options: Partial<Omit<InletOptions, 'mode' | 'container'>>): void;
  /** Removes the widget at once, without asking the user. */
  destroy(): void;
}
