import type { FeedAddress } from '../api/desk-types.js';
import { CopyButton } from '../components/copy-button.js';
import { Icon } from '../components/icon.js';
import { useKept } from '../shell/use-kept.js';

interface FeedAddressesProps {
  readonly feeds: readonly FeedAddress[];
  /** An untidy file to upload. */
  readonly sampleUrl: string;
  readonly onImport: () => void;
  readonly onUpload: () => void;
}

/** What to try the imports with: addresses to paste into the wizard, and a file to upload. */
export function FeedAddresses({ feeds, sampleUrl, onImport, onUpload }: FeedAddressesProps) {
  const [isOpen, setIsOpen] = useKept<boolean>('feed-addresses', true);
  return (
    <section className="card feeds" aria-labelledby="feeds-title">
      <h2 id="feeds-title">
        <button type="button" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          Addresses to try
          <Icon name="chevron" />
        </button>
      </h2>
      {isOpen && (
        <>
          <p className="muted">
            Copy one, choose{' '}
            <button type="button" className="link" onClick={onImport}>
              Import from a feed
            </button>{' '}
            and paste it. Addresses of your own work as well.
          </p>
          <ul>
            {feeds.map(({ name, format, about, url }) => (
              <li key={url}>
                <span className="badge">{format}</span>
                <strong title={about}>{name}</strong>
                <Address url={url} />
                <CopyButton text={url} what={`the address of ${name}`} />
              </li>
            ))}
          </ul>
          <p className="muted sample">
            Or{' '}
            <a className="link" href={sampleUrl} download>
              download an untidy file
            </a>{' '}
            and choose{' '}
            <button type="button" className="link" onClick={onUpload}>
              Upload a file
            </button>
            .
          </p>
        </>
      )}
    </section>
  );
}

/** If space is short, shows only the part that differs between the addresses; the button copies the whole address. */
function Address({ url }: { url: string }) {
  const { host, pathname } = new URL(url);
  return (
    <code title={url}>
      <span className="host">{host}</span>
      {pathname}
    </code>
  );
}
