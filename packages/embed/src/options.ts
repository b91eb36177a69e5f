import type { Appearance, WidgetData, WidgetLocale, WidgetMessage, WidgetOptions } from '@inlet/contracts';

/** A user token, or a function that signs a new one; called when the widget opens and before the old one expires. */
export type UserToken = string | (() => string | null | Promise<string | null>);

export interface InletOptions {
  /** `pk_...`, from `inlet project create`. Never the secret key. */
  readonly publishableKey: string;
  /** Id or code of the template. */
  readonly templateId: string;
  /** Where Inlet runs; default: where the script came from. Required with the ES module. */
  readonly baseUrl?: string;
  readonly userToken?: UserToken;
  /** Only honoured by projects in development mode. */
  readonly externalUserId?: string;
  /** Any JSON, passed through to every delivery. `extra.externalUserId` counts as `externalUserId`. */
  readonly extra?: WidgetOptions['extra'];
  /** What is known already of a new import: the wizard begins with it, and the person may change all of it. */
  readonly data?: WidgetData;
  readonly appearance?: Appearance;
  /** Replacements for single texts, by key; see docs/texts.md. */
  readonly texts?: Readonly<Record<string, string>>;
  /** Default: the language of the browser. */
  readonly locale?: WidgetLocale | (string & {});
  /** Title in the header, and for screen readers. */
  readonly title?: string;
  /** What to show first: a new import, or the user's imports. Default `new`. */
  readonly view?: 'new' | 'imports';
  /** `inline` fills `container` instead of opening over the page. Default `modal`. */
  readonly mode?: 'modal' | 'inline';
  /** For `inline`. */
  readonly container?: Element;
}

type FromWidget = {
  [Type in WidgetMessage['type']]: Omit<Extract<WidgetMessage, { type: Type }>, 'type'>;
};

/** What `on` can listen to, with what each listener gets. */
export interface InletEvents
  extends Pick<
    FromWidget,
    'ready' | 'close' | 'jobCreated' | 'jobUpdated' | 'uploadStarted' | 'uploadCompleted' | 'error'
  > {
  open: Record<never, never>;
}
export type InletEventName = keyof InletEvents;

export interface OpenOptions {
  readonly view?: 'new' | 'imports';
}

export interface Inlet {
  /** Shows the widget. Does nothing when it is shown already. */
  open(options?: OpenOptions): void;
  /** Closes it; the widget asks the person first when something would be lost. */
  close(): void;
  /** @returns a function that ends the listening. */
  on<Name extends InletEventName>(event: Name, listener: (data: InletEvents[Name]) => void): () => void;
  /** Used from the next time on that the widget opens; the user token at once. */
  update(options: Partial<Omit<InletOptions, 'mode' | 'container'>>): void;
  /** Removes everything at once and without a question. */
  destroy(): void;
}
