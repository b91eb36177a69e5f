import { useState } from 'react';
import type { DeskState } from '../api/desk-types.js';
import { Icon } from '../components/icon.js';
import { formatCount } from '../formats.js';
import { chooseStories, type StoryChoice } from './choose-stories.js';
import { NoStories } from './no-stories.js';
import { StoryRow } from './story-row.js';

const PAGE = 20;

interface StoriesProps {
  readonly state: DeskState | null;
  readonly choice: StoryChoice;
  readonly now: number;
  readonly onShowAll: () => void;
}

/** The received stories, newest first. */
export function Stories({ state, choice, now, onShowAll }: StoriesProps) {
  const [search, setSearch] = useState('');
  const [most, setMost] = useState(PAGE);
  if (!state || state.stories.length === 0) return <NoStories state={state} />;
  const chosen = chooseStories(state.stories, { choice, search });
  const showAll = () => {
    setSearch('');
    onShowAll();
  };
  return (
    <section aria-label="Stories" className="stories">
      <div className="toolbar">
        <label className="search">
          <Icon name="search" />
          <span className="unseen">Search in the stories</span>
          <input
            type="search"
            value={search}
            placeholder="Search in titles, authors and topics"
            onChange={(event) => setSearch(event.target.value)}
          />
        </label>
        <span className="muted" role="status">
          {formatCount(chosen.length, 'story', 'stories')}
        </span>
      </div>
      {chosen.length > 0 ? (
        <ul className="story-list">
          {chosen.slice(0, most).map((story) => (
            <StoryRow key={story.key} story={story} now={now} />
          ))}
          {chosen.length > most && (
            <li className="more">
              <button type="button" className="button" onClick={() => setMost(most + PAGE)}>
                Show more
              </button>
            </li>
          )}
        </ul>
      ) : (
        <div className="card nothing">
          <p>{search ? `No story has “${search}” in it.` : nothingYet(choice)}</p>
          <button type="button" className="button" onClick={showAll}>
            Show all stories
          </button>
        </div>
      )}
    </section>
  );
}

const nothingYet = ({ kind }: StoryChoice): string =>
  kind === 'changed'
    ? 'No story has been corrected yet. The Gazette corrects its stories after seven minutes.'
    : 'Nothing has arrived from this source yet.';
