import { useState } from 'react';

/** State that survives a reload. */
export function useKept<Value extends string | boolean>(
  name: string,
  standard: Value,
): [Value, (value: Value) => void] {
  const key = `harbour-desk.${name}`;
  const [value, setValue] = useState<Value>(() => read(key, standard));
  return [
    value,
    (next) => {
      setValue(next);
      try {
        localStorage.setItem(key, JSON.stringify(next));
      } catch {
        // Browsers may block storage; the choice then lasts until the page is closed.
      }
    },
  ];
}

function read<Value>(key: string, standard: Value): Value {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
    return typeof kept === typeof standard ? (kept as Value) : standard;
  } catch {
    return standard;
  }
}
