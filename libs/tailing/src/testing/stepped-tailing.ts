import type { LogBroker } from '@tailgate/broker';
import type { ChannelName } from '@tailgate/protocol';
import { Claims } from '../follow/claims.js';
import type { SourceOptions } from '../follow/source-context.js';
import { StoredCheckpoints } from '../follow/stored-checkpoints.js';
import { SteppedSource } from './stepped-source.js';

/** The sources of one process that follow some paths for one channel, without anything that would give them their turns. */
export class SteppedTailing {
  readonly sources: ReadonlyMap<string, SteppedSource>;

  constructor(
    broker: LogBroker,
    channel: ChannelName,
    paths: readonly string[],
    clock: { now: number },
    options: Partial<SourceOptions> = {},
  ) {
    const shared = { claims: new Claims(), stored: new StoredCheckpoints(broker, () => clock.now) };
    this.sources = new Map(
      paths.map((path) => [path, new SteppedSource(broker, channel, path, clock, options, [], shared)]),
    );
  }

  async turn(path: string): Promise<void> {
    await this.sources.get(path)?.turn();
  }

  /** Turns for all until nobody wants one. */
  async settle(): Promise<void> {
    // What one lets go of another may take up.
    for (let i = 0; i < 3; i++) for (const source of this.sources.values()) await source.settle();
  }

  async kill(): Promise<void> {
    for (const source of this.sources.values()) await source.kill();
  }
}
