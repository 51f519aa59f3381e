/** Listeners by event. `Events` maps each event's name to what its listeners are given. */
export class Listeners<Events extends object> {
  readonly #target = new EventTarget();

  /** Answers how to take the listener away again. */
  add<Name extends keyof Events & string>(name: Name, listener: (value: Events[Name]) => void): () => void {
    const take = (event: Event): void => listener((event as CustomEvent<Events[Name]>).detail);
    this.#target.addEventListener(name, take);
    return () => this.#target.removeEventListener(name, take);
  }

  /** What a listener throws goes where uncaught errors go, and disturbs nobody else. */
  emit<Name extends keyof Events & string>(name: Name, detail: Events[Name]): void {
    this.#target.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
