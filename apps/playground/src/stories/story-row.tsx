import { useState } from 'react';
import type { Story } from '../api/desk-types.js';
import { Time } from '../components/time.js';

const NEW_FOR_MS = 60_000;
const FRESH_FOR_MS = 4000;

export function StoryRow({ story, now }: { story: Story; now: number }) {
  const { title, url, summary, image, source, author, topics, receivedAt, changedAt } = story;
  const age = now - Date.parse(changedAt ?? receivedAt);
  return (
    <li className={age < FRESH_FOR_MS ? 'story fresh' : 'story'}>
      <Picture key={image} address={image} />
      <div className="about">
        <h3>
          <a href={url} target="_blank" rel="noreferrer">
            {title}
          </a>
          {changedAt !== null && <span className="badge amber">Corrected</span>}
          {changedAt === null && age < NEW_FOR_MS && <span className="badge accent">New</span>}
          <Time iso={receivedAt} now={now} />
        </h3>
        {summary && <p>{summary}</p>}
        <ul className="facts">
          <li className="strong">{source}</li>
          {author && author !== source && <li>{author}</li>}
          {topics.length > 0 && <li>{topics.join(', ')}</li>}
        </ul>
      </div>
    </li>
  );
}

/** The picture, or a plain rectangle if it is missing or fails to load. */
function Picture({ address }: { address: string | null }) {
  const [isMissing, setIsMissing] = useState(address === null);
  return (
    <div className="picture">
      {!isMissing && address && (
        <img
          src={address}
          alt=""
          loading="lazy"
          onError={() => setIsMissing(true)}
          referrerPolicy="no-referrer"
        />
      )}
    </div>
  );
}
