import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { Proxy } from '../support/proxy/proxy.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { Random } from '../support/viewing/random.ts';
import type { Abilities } from './abilities.ts';
import type { Scene } from './faults/fault.ts';
import { Fleet } from './fleet.ts';
import { inflict } from './inflictor.ts';
import { planFaults, type PlannedFault } from './plan.ts';
import { Processes } from './processes.ts';
import { Recoveries } from './recoveries.ts';
import type { RoundResult } from './results/round-result.ts';
import { settle } from './settle.ts';
import type { Stage } from './stage.ts';
import { ClusterTopology } from './topology/cluster-topology.ts';
import { SentinelTopology } from './topology/sentinel-topology.ts';
import { SingleTopology } from './topology/single-topology.ts';
import type { Topology, TopologyName } from './topology/topology.ts';
import { Turn } from './turn.ts';
import { judgeRound } from './verdict.ts';
import { gather } from './viewers/audience.ts';
import { Volume } from './volume.ts';
import { Writer } from './writer.ts';

const FILES = 20;

/** Of the disk that the logs are on. */
const LOGS_MEBIBYTES = 16;

export interface RoundOptions {
  /** Of all randomness. What processes do with it is up to them, so that a seed fails often rather than always. */
  readonly seed: number;
  /** How long faults come, and how often on average. */
  readonly seconds: number;
  readonly everyMs: number;
  /** Default: what the seed says. */
  readonly topology?: TopologyName;
  readonly abilities: Abilities;
  /** A tab of it looks on. */
  readonly browser?: Browser;
  /** Which of the planned faults happen; default: all. */
  readonly keep?: ReadonlySet<number>;
  /** Ends it early, with a problem; no process is left. */
  readonly signal: AbortSignal;
}

/** What is drawn for a round, before it begins. */
export function planRound({ seed, seconds, everyMs, topology, abilities, keep }: RoundOptions) {
  const random = new Random(seed);
  const scene: Scene = {
    topology: topology ?? abilities.topologies[seed % abilities.topologies.length] ?? 'single',
    fsync: random.chance(0.25) ? 'always' : 'everysec',
    files: FILES,
    abilities,
  };
  const all = planFaults(seed, { seconds, everyMs }, scene);
  return { scene, plan: all.filter(({ index }) => keep?.has(index) ?? true) };
}

/** Three tailers, three gateways, a Redis of some shape, files that are written and rotated, viewers: everything goes wrong, then it is judged. */
export async function playRound(options: RoundOptions): Promise<RoundResult> {
  const { seed, seconds, abilities, browser, signal } = options;
  const { scene, plan } = planRound(options);
  const begun = Date.now();
  const folder = new TempFolder();
  const logs = folder.join('said');
  mkdirSync(logs);
  const about = { seed, seconds, topology: scene.topology, begun: new Date(begun).toISOString() };
  try {
    const result = await perform({ seed, scene, plan, folder, logs, abilities, browser, signal });
    if (result.problems.length === 0) folder[Symbol.dispose]();
    return { ...about, ...result, took: Math.round((Date.now() - begun) / 1000), logs };
  } catch (error) {
    const problems = [error instanceof Error ? (error.stack ?? error.message) : String(error)];
    return { ...about, ...NOTHING, settings: '', problems, took: Math.round((Date.now() - begun) / 1000), logs };
  }
}

const NOTHING = { lines: 0, viewers: {}, connections: 0, faults: [], findings: [], processes: [] };

interface Performance {
  readonly seed: number;
  readonly scene: Scene;
  readonly plan: readonly PlannedFault[];
  readonly folder: TempFolder;
  readonly logs: string;
  readonly abilities: Abilities;
  readonly browser: Browser | undefined;
  readonly signal: AbortSignal;
}

async function perform({ seed, scene, plan, folder, logs, abilities, browser, signal }: Performance) {
  await using opened = new AsyncDisposableStack();
  const [data, state] = [folder.join('logs'), folder.join('state')];
  for (const path of [data, state]) mkdirSync(path, { mode: 0o755 });
  const logsVolume = abilities.mounts ? opened.use(await Volume.mount(data, LOGS_MEBIBYTES)) : undefined;
  const topology = opened.use(await startTopology(scene));
  const writer = opened.use(new Writer(data, state, FILES, new Random(seed + 1)));
  const place = { folder: data, logs, faketime: abilities.faketime };
  const fleet = opened.use(await Fleet.start(place, (name) => topology.urlOf(name)));
  const proxyUrl = await startProxy(opened, fleet, abilities, seed, logs);
  const watchers = await gather({ files: writer.files, fleet, abilities, proxyUrl, browser, seed }, opened);
  const recoveries = new Recoveries(writer, watchers);
  const processes = opened.use(new Processes(fleet));
  const base = { abilities, topology, redisTurn: new Turn(), fleet, writer, watchers, recoveries };
  const stage: Stage = { ...base, logsVolume, problems: [] };

  writer.start();
  await inflict(stage, plan, signal);
  writer.stop();
  signal.throwIfAborted();
  await processes.calm();
  await settle(stage, signal);
  return judgeRound(stage, await processes.taken());
}

async function startTopology({ topology, fsync, abilities }: Scene): Promise<Topology> {
  switch (topology) {
    case 'single':
      return await SingleTopology.start(fsync, abilities.mounts);
    case 'sentinel':
      return await SentinelTopology.start();
    case 'cluster':
      return await ClusterTopology.start();
  }
}

/** Before two of the gateways, whose links it takes for them. */
async function startProxy(
  opened: AsyncDisposableStack,
  fleet: Fleet,
  { proxies }: Abilities,
  seed: number,
  logs: string,
): Promise<string | undefined> {
  const found = proxies[seed % Math.max(1, proxies.length)];
  if (found === undefined) return undefined;
  const ports: [number, number] = [fleet.member('gateway-1').front.port, fleet.member('gateway-2').front.port];
  const proxy = opened.use(await Proxy.start(found.path, found.kind, ports));
  opened.defer(async () => writeFileSync(join(logs, 'proxy.log'), await proxy.log()));
  return proxy.url;
}
