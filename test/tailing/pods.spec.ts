import { execFileSync } from 'node:child_process';
import { appendFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BEGINNING, parseChannel, parseRecord } from '@tailgate/protocol';
import type { PodName } from '@tailgate/tailing';
import { expect, it } from 'vitest';
import { FollowedFolder, until } from './followed-folder.js';

const TEMPLATE = 'log/containers/{pod}_{namespace}_{container}-{id}.log=deployment/{namespace}.{owner}';

/** A container's log as the kubelet keeps it: a file under pods/, and a link to it under containers/. */
class ContainerLog {
  readonly path: string;
  readonly #link: string;
  #rotations = 0;

  constructor(folder: FollowedFolder, namespace: string, pod: string, container: string, restart = 0) {
    this.path = folder.at(`log/pods/${namespace}_${pod}_0b5e7a52/${container}/${restart}.log`);
    const id = restart.toString(16).padStart(64, 'f');
    this.#link = folder.at(`log/containers/${pod}_${namespace}_${container}-${id}.log`);
    writeFileSync(this.path, '');
    symlinkSync(this.path, this.#link);
  }

  write(text: string, stream = 'stdout'): void {
    appendFileSync(this.path, `2026-11-20T12:00:00.000000001Z ${stream} F ${text}\n`);
  }

  /** kubelet's pkg/kubelet/logs: renamed with a time, the older ones compressed, and the runtime reopens. */
  rotate(): void {
    this.#rotations += 1;
    const rotated = `${this.path}.20261120-1200${String(this.#rotations).padStart(2, '0')}`;
    renameSync(this.path, rotated);
    writeFileSync(this.path, '');
    this.#lastRotated.push(rotated);
  }

  readonly #lastRotated: string[] = [];

  /** All rotated ones but the last. */
  compress(): void {
    for (const path of this.#lastRotated.splice(0, this.#lastRotated.length - 1)) execFileSync('gzip', [path]);
  }

  remove(): void {
    rmSync(this.#link);
  }
}

it('containers become channels of what their pods belong to, of which ours are left out', async () => {
  await using folder = new FollowedFolder();
  const web = new ContainerLog(folder, 'shop', 'web-6d4cf56db6-x7k2p', 'app');
  const other = new ContainerLog(folder, 'shop', 'web-6d4cf56db6-b9wqz', 'app');
  const same = new ContainerLog(folder, 'test', 'web-6d4cf56db6-x7k2p', 'app');
  const own = new ContainerLog(folder, 'tailgate', 'tailgate-tailer-x7k2p', 'tailer');
  await folder.follow([TEMPLATE], { except: [join(folder.path, 'log/containers/*_tailgate_*.log')] });
  for (const log of [web, same, own]) log.write('one');
  await folder.has('deployment/shop.web', 'one');
  await folder.has('deployment/test.web', 'one');
  other.write('two', 'stderr');
  await folder.has('deployment/shop.web', 'one', 'two');
  expect(await recordsOf(folder, 'deployment/shop.web')).toMatchObject([
    { line: 'one', source: 'web-6d4cf56db6-x7k2p/app', stream: 'stdout' },
    { line: 'two', source: 'web-6d4cf56db6-b9wqz/app', stream: 'stderr' },
  ]);

  // A restart is a file of its own.
  const again = new ContainerLog(folder, 'shop', 'web-6d4cf56db6-x7k2p', 'app', 1);
  web.remove();
  again.write('three');
  await folder.has('deployment/shop.web', 'one', 'two', 'three');
  expect(folder.told.filter((word) => word.includes('_tailgate_'))).toEqual([]);
});

it('the kubelet rotates as it likes, also while nobody looks: no line is lost', async () => {
  await using folder = new FollowedFolder();
  const web = new ContainerLog(folder, 'shop', 'web-0', 'app');
  const first = await folder.follow([TEMPLATE]);
  web.write('one');
  await folder.has('deployment/shop.web', 'one');
  web.rotate();
  web.write('two');
  await folder.has('deployment/shop.web', 'one', 'two');
  await first[Symbol.asyncDispose]();

  web.write('three');
  for (const line of ['four', 'five', 'six']) {
    web.rotate();
    web.write(line);
  }
  web.compress();
  await folder.follow([TEMPLATE]);
  await folder.has('deployment/shop.web', 'one', 'two', 'three', 'four', 'five', 'six');
});

it('files of pods wait for who knows their owners, and no others', async () => {
  await using folder = new FollowedFolder();
  const owners = new Map<string, string>();
  const ownerOf = ({ namespace, pod }: PodName): string | undefined => owners.get(`${namespace}/${pod}`);
  const tailing = await folder.follow([TEMPLATE, 'log/containers/*.log=host/rest', 'log/{name}.txt=host/{name}'], {
    owners: { ownerOf },
  });
  owners.set('shop/web-0', 'Store_1.front');
  const web = new ContainerLog(folder, 'shop', 'web-0', 'app');
  const cache = new ContainerLog(folder, 'shop', 'cache-0', 'app');
  const hostile = new ContainerLog(folder, 'shop', 'evil-0', 'app');
  appendFileSync(folder.at('log/plain.txt'), 'plain\n');
  for (const log of [web, cache, hostile]) log.write('one');
  await folder.has('deployment/shop.Store_1.front', 'one');
  await folder.has('host/plain', 'plain');
  // Nor does a later template take them meanwhile.
  expect(folder.told.filter((word) => word.startsWith('found'))).toHaveLength(2);

  owners.set('shop/cache-0', 'cache');
  owners.set('shop/evil-0', `../../host/rest ${'x'.repeat(200)}`);
  tailing.searchSoon();
  await folder.has('deployment/shop.cache', 'one');
  await until(async () => {
    const { channels } = await folder.memory.channels({ order: 'name', limit: 10 });
    const hostiles = channels.map(({ channel }) => channel).filter((name) => name.includes('xxx'));
    expect(hostiles).toEqual([expect.stringMatching(/^deployment\/shop\.[.-]+host-rest-x+_[0-9a-f]{10}$/)]);
  });
  expect(await folder.count('host/rest')).toBe(0);
});

async function recordsOf(folder: FollowedFolder, channel: string): Promise<unknown[]> {
  const name = parseChannel(channel);
  const batches = name && (await folder.memory.readAfter(name, BEGINNING, { records: 100, bytes: 1 << 20 }));
  return (batches ?? []).flatMap(({ payload }) => payload.toString().trimEnd().split('\n').map(parseRecord));
}
