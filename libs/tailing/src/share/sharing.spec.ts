import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BrokerError, MemoryBroker, type SourceLeases } from '@tailgate/broker';
import { isNotice, parseChannel } from '@tailgate/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseLogTemplate } from '../find/log-template.js';
import { NO_OBSERVER } from '../observer.js';
import { Tailing } from '../tailing.js';
import { recordsOf } from '../testing/stepped-source.js';

const FILES = 50;
const LEASE_MS = 800;
const LIMIT = { timeout: 20_000, interval: 20 };

let folder: string;
let broker: MemoryBroker;
let lines: number;
const opened: Tailing[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tailgate-sharing-'));
  broker = new MemoryBroker({ retainLines: 1_000_000 });
  lines = 0;
  for (let file = 0; file < FILES; file++) writeFileSync(pathOf(file), '');
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((tailing) => tailing[Symbol.asyncDispose]()));
  await broker[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

function pathOf(file: number): string {
  return join(folder, `f${file}.log`);
}

async function open(sourceHost?: string, leases: SourceLeases = broker): Promise<Tailing> {
  const options = {
    templates: [parseLogTemplate(join(folder, '{name}.log'))],
    maxLineBytes: 1_024,
    leaseMs: LEASE_MS,
    sourceHost,
  };
  const tailing = new Tailing(broker, broker, options, NO_OBSERVER, leases);
  opened.push(tailing);
  await tailing.start();
  return tailing;
}

/** One more line for each file. */
function grow(): void {
  for (let file = 0; file < FILES; file++) appendFileSync(pathOf(file), `line ${lines}\n`);
  lines += 1;
}

async function growUntil(condition: () => void): Promise<void> {
  await vi.waitFor(() => {
    grow();
    condition();
  }, LIMIT);
}

async function linesOf(file: number): Promise<string[]> {
  const channel = parseChannel(`deployment/f${file}`) ?? expect.fail('not a channel');
  const records = await recordsOf(broker, channel);
  return records.map((record) => (isNotice(record) ? record.notice : record.line));
}

async function expectAllOnce(): Promise<void> {
  const all = Array.from({ length: lines }, (_, index) => `line ${index}`);
  for (let file = 0; file < FILES; file++) {
    await vi.waitFor(async () => expect((await linesOf(file)).length).toBeGreaterThanOrEqual(lines), LIMIT);
    expect(await linesOf(file)).toEqual(all);
  }
}

describe('several tailers with one broker', () => {
  it('divide the files, take over those of one that is gone, and bring each line once', async () => {
    const first = await open();
    await growUntil(() => expect(first.leasesHeld).toBe(FILES));
    const [second, third] = [await open(), await open()];
    await growUntil(() => {
      const held = [first, second, third].map(({ leasesHeld }) => leasesHeld);
      expect(Math.min(...held)).toBeGreaterThanOrEqual(Math.floor(FILES / 3));
      expect(held.reduce((sum, count) => sum + count)).toBe(FILES);
    });
    // As by a crash: it gives nothing back.
    await second[Symbol.asyncDispose]();
    await growUntil(() => {
      expect(first.leasesHeld + third.leasesHeld).toBe(FILES);
      expect(Math.min(first.leasesHeld, third.leasesHeld)).toBeGreaterThanOrEqual(FILES / 2);
    });
    await third.drain();
    await growUntil(() => expect(first.leasesHeld).toBe(FILES));
    await expectAllOnce();
  }, 60_000);

  it('take over at once what one gives back that is told to stop', async () => {
    const first = await open();
    await vi.waitFor(() => expect(first.leasesHeld).toBe(FILES), LIMIT);
    await first.drain();
    const { states } = await broker.lease('me', [{ name: 'deployment/f0' }], LEASE_MS);
    expect(states.get('deployment/f0')).toEqual({ holder: 'me' });
  });

  it('stand still while nobody answers for the leases, and lose nothing of a file that is deleted meanwhile', async () => {
    let away = false;
    const leases: SourceLeases = {
      lease: (...args) => (away ? Promise.reject(new BrokerError('unavailable', 'away')) : broker.lease(...args)),
      release: (...args) => broker.release(...args),
    };
    const tailing = await open(undefined, leases);
    await vi.waitFor(() => expect(tailing.leasesHeld).toBe(FILES), LIMIT);
    grow();
    await vi.waitFor(async () => expect(await linesOf(7)).toEqual(['line 0']), LIMIT);
    away = true;
    await vi.waitFor(() => expect(tailing.leasesHeld).toBe(0), LIMIT);
    grow();
    rmSync(pathOf(7));
    away = false;
    await expectAllOnce();
  });

  it('of different hosts each follow their own file of the same path', async () => {
    const hosts = ['node-a', 'node-b'];
    const tailings = await Promise.all(hosts.map((host) => open(host)));
    await growUntil(() => expect(tailings.map(({ leasesHeld }) => leasesHeld)).toEqual([FILES, FILES]));
    const channel = parseChannel('deployment/f1') ?? expect.fail('not a channel');
    const ofHosts = await vi.waitFor(async () => {
      const records = await recordsOf(broker, channel);
      const bySource = Map.groupBy(records, (record) => record.source);
      for (const host of hosts) expect(bySource.get(`${host}:${pathOf(1)}`)).toHaveLength(lines);
      return [...(await broker.checkpoints(channel)).keys()];
    }, LIMIT);
    expect(ofHosts.sort()).toEqual(hosts.map((host) => `${host}:${pathOf(1)}`));
  });
});
