import type { Abilities } from '../abilities.ts';
import type { Concerned } from '../recoveries.ts';
import type { Stage } from '../stage.ts';
import type { WrittenFile } from '../written-file.ts';
import type { TopologyName } from '../topology/topology.ts';
import type { Random } from '../../support/viewing/random.ts';

/** What a fault tells of itself. One that can't happen now (a process is down already) never begins, and doesn't count. */
export interface Injection {
  /** `row`: what it counts as, where that is not the kind. */
  readonly begin: (row?: string) => void;
  /** Its cause is over: from now on counts how long it takes until all whom it concerns have a new line. */
  readonly lift: (concerned?: Concerned) => void;
  /** In place of that: whom it concerns does not belong to the round's viewers, and has a line of this file. */
  readonly recover: (file: WrittenFile) => void;
}

/** One fault with everything drawn. Resolves when what it did is undone. */
export interface Fault {
  /** What exactly. */
  readonly what: string;
  inflict(stage: Stage, injection: Injection): Promise<void>;
}

/** What is known of a round before it begins. */
export interface Scene {
  readonly topology: TopologyName;
  /** How the append-only file of a single Redis is synced: without `always` it may forget. */
  readonly fsync: 'always' | 'everysec';
  readonly files: number;
  readonly abilities: Abilities;
}

export interface FaultKind {
  /** The row of the table. */
  readonly row: string;
  /** How often it is drawn, beside the others. */
  readonly weight: number;
  /** Whether it can be had there; default: everywhere. */
  readonly when?: (scene: Scene) => boolean;
  draw(random: Random, scene: Scene): Fault;
}
