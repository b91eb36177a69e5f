type Listener<Data> = (data: Data) => void;

export interface Emitter<Events> {
  on<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): () => void;
  emit<Name extends keyof Events>(name: Name, data: Events[Name]): void;
}

/** An error of a listener is reported like an uncaught error; the other listeners are still called. */
export function createEmitter<Events>(): Emitter<Events> {
  const listeners: { [Name in keyof Events]?: Set<Listener<Events[Name]>> } = {};
  return {
    on(name, listener) {
      const known = listeners[name] ?? new Set();
      listeners[name] = known;
      known.add(listener);
      return () => known.delete(listener);
    },
    emit(name, data) {
      for (const listener of listeners[name] ?? [])
        try {
          listener(data);
        } catch (error) {
          reportError(error);
        }
    },
  };
}
