import { Viewer, type FindGateway, type ViewerOptions } from '../../support/viewing/viewer.ts';
import type { Random } from '../../support/viewing/random.ts';
import { carryByCurl } from './curl.ts';
import type { Watcher } from './watcher.ts';

/** An event stream that is read with a few lines of our own, over plain HTTP or from what `curl` prints. */
export class PlainWatcher implements Watcher {
  readonly kind;
  readonly #viewer: Viewer;

  constructor(kind: 'http' | 'curl', channel: string, query: string, random: Random, gateway: FindGateway) {
    const options: ViewerOptions = kind === 'curl' ? { carry: carryByCurl } : {};
    this.kind = kind;
    this.#viewer = new Viewer(channel, query, random, gateway, options);
    this.#viewer.connect();
  }

  get judgement() {
    return this.#viewer.judgement;
  }

  get connections(): number {
    return this.#viewer.connectedAt.length;
  }

  cut(): void {
    this.#viewer.cut();
  }

  hold(): () => void {
    return this.#viewer.hold();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#viewer[Symbol.dispose]();
    return Promise.resolve();
  }
}
