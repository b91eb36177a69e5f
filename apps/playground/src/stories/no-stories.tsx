import type { DeskState } from '../api/desk-types.js';

const BONES = ['a', 'b', 'c'];

/** Shown before the first delivery: explains what will happen. */
export function NoStories({ state }: { state: DeskState | null }) {
  return (
    <section aria-label="Stories" className="stories">
      {state && (
        <div className="card nothing">
          <h2>The first stories come within a minute</h2>
          <p>{explain(state)}</p>
        </div>
      )}
      <ul className="story-list bones" aria-hidden="true">
        {BONES.map((name) => (
          <li key={name} className="story">
            <div className="picture" />
            <div className="about">
              <span className="bone wide" />
              <span className="bone" />
              <span className="bone short" />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function explain({ jobs }: DeskState): string {
  const active = jobs.find(({ status }) => status === 'active');
  if (active)
    return `“${active.label}” reads its feed and sends what is new to this desk, which checks the signature and shows it here.`;
  return jobs.length > 0
    ? 'All imports are paused. Resume one under “My imports”, or import from another feed.'
    : 'There is no import. Choose “Import from a feed” and paste one of the addresses above.';
}
