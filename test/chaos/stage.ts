import type { Abilities } from './abilities.ts';
import type { Fleet } from './fleet.ts';
import type { Recoveries } from './recoveries.ts';
import type { Topology } from './topology/topology.ts';
import type { Turn } from './turn.ts';
import type { Watcher } from './viewers/watcher.ts';
import type { Volume } from './volume.ts';
import type { Writer } from './writer.ts';

/** All that faults are done to. */
export interface Stage {
  readonly abilities: Abilities;
  readonly topology: Topology;
  /** One fault of Redis at a time. */
  readonly redisTurn: Turn;
  readonly fleet: Fleet;
  readonly writer: Writer;
  readonly watchers: readonly Watcher[];
  readonly recoveries: Recoveries;
  /** Where the logs are, where that is a disk of its own. */
  readonly logsVolume: Volume | undefined;
  /** What was found wrong beside what viewers have seen. */
  readonly problems: string[];
}
