import { FaultyLink } from '../../support/redis/faulty-link.ts';
import type { Random } from '../../support/viewing/random.ts';

/** A link before each server of a set, under whose port everybody finds it. */
export class ServerLinks implements AsyncDisposable {
  readonly #links: FaultyLink[] = [];

  readonly front = async (port: number): Promise<number> => {
    const link = await FaultyLink.to(port);
    this.#links.push(link);
    return link.port;
  };

  any(random: Random): FaultyLink {
    return random.pick(this.#links);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#links.map((link) => link[Symbol.asyncDispose]()));
  }
}
