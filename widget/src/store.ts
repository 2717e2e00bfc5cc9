/** A value that a component can show: whoever watches is told of each change. */

import { useLayoutEffect, useState } from "preact/hooks";

export class Store<T extends object> {
  #watchers = new Set<(value: T) => void>();

  constructor(public value: T) {}

  change(part: Partial<T>): void {
    this.value = { ...this.value, ...part };
    for (const watcher of [...this.#watchers]) watcher(this.value);
  }

  /** Gives back what ends the watching. */
  watch(watcher: (value: T) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }
}

export function useStore<T extends object>(store: Store<T>): T {
  const [value, show] = useState(store.value);
  useLayoutEffect(() => {
    show(store.value); // it may have changed between drawing and watching
    return store.watch(show);
  }, [store]);
  return value;
}
