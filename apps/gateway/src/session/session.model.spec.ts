import { BEGINNING, parsePosition, type Gap, type Position } from '@tailgate/protocol';
import { comparePositions } from '@tailgate/broker';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LineFilter } from '@tailgate/history';
import type { Sent } from './testing/recording-sink.js';
import { SessionHouse, type Opened } from './testing/session-house.js';

/** What may happen to a channel and its viewers, in any order. */
type Deed =
  | { readonly deed: 'append'; readonly count: number; readonly lost: boolean }
  | { readonly deed: 'epoch'; readonly count: number; readonly lost: boolean }
  | { readonly deed: 'open'; readonly where: number }
  | { readonly deed: 'tail'; readonly count: number }
  | { readonly deed: 'filter'; readonly where: number }
  | { readonly deed: 'full' | 'drained' | 'pause' | 'resume' | 'return'; readonly viewer: number }
  | { readonly deed: 'fail' | 'mend' | 'settle' | 'purge' }
  | { readonly deed: 'wait'; readonly ms: number };

const EVEN = new LineFilter({ grep: '[02468]$' });

const viewer = fc.nat(5);
const deeds: fc.Arbitrary<readonly Deed[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        deed: fc.constant('append' as const),
        count: fc.integer({ min: 1, max: 9 }),
        lost: fc.boolean(),
      }),
    },
    fc.record({ deed: fc.constant('epoch' as const), count: fc.integer({ min: 1, max: 5 }), lost: fc.boolean() }),
    { weight: 3, arbitrary: fc.record({ deed: fc.constant('open' as const), where: fc.nat() }) },
    fc.record({ deed: fc.constant('tail' as const), count: fc.nat(30) }),
    fc.record({ deed: fc.constant('filter' as const), where: fc.nat() }),
    {
      weight: 3,
      arbitrary: fc.record({ deed: fc.constantFrom('full' as const, 'drained', 'pause', 'resume', 'return'), viewer }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ deed: fc.constantFrom('settle' as const, 'settle', 'fail', 'mend', 'purge') }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ deed: fc.constant('wait' as const), ms: fc.constantFrom(50, 150, 1000, 3000, 40_000) }),
    },
  ),
  { minLength: 10, maxLength: 120, size: 'max' },
);

/** A channel, its viewers, and the list of all positions ever given, against which every viewer is checked. */
class Model {
  readonly house = new SessionHouse({ retainLines: 25 }, { bytesPerChannel: 600, bytesInAll: 600 });
  readonly viewers: Opened[] = [];
  readonly gone: Opened[] = [];
  /** They see every other line. */
  readonly filtering: Opened[] = [];

  get positions(): readonly string[] {
    return [...this.house.writer.lines.keys()];
  }

  async do(deed: Deed): Promise<void> {
    const { house } = this;
    switch (deed.deed) {
      case 'append':
      case 'epoch':
        house.broker.losesLive = deed.lost;
        await (deed.deed === 'append' ? house.writer.append(deed.count) : house.writer.appendInNewEpoch(deed.count));
        house.broker.losesLive = false;
        return;
      case 'open': {
        const after = this.positions[deed.where % Math.max(1, this.positions.length)];
        this.viewers.push(house.open(after === undefined ? { after: '0-0' } : { after }));
        return;
      }
      case 'filter': {
        const after = this.positions[deed.where % Math.max(1, this.positions.length)] ?? '0-0';
        this.filtering.push(house.open({ after, filter: EVEN }));
        return;
      }
      case 'tail':
        this.viewers.push(house.open({ tail: deed.count }));
        return;
      case 'purge':
        // Not through the viewers' broker: another gateway may have been asked.
        await house.broker.inner.purge(house.channel);
        this.purged = house.writer.head ?? this.purged;
        return;
      case 'fail':
      case 'mend':
        house.broker.fails = deed.deed === 'fail';
        return;
      case 'wait':
        return house.clock.advance(deed.ms);
      case 'settle':
        return house.clock.settle();
      default:
        this.#toViewer(deed.deed, this.viewers[deed.viewer]);
        if (deed.deed !== 'return') this.#toViewer(deed.deed, this.filtering[deed.viewer]);
    }
  }

  #toViewer(deed: 'full' | 'drained' | 'pause' | 'resume' | 'return', viewer: Opened | undefined): void {
    if (!viewer) return;
    const { sink, session } = viewer;
    if (deed === 'full') sink.full = true;
    if (deed === 'drained') {
      sink.full = false;
      session.drained();
    }
    if (deed === 'pause') session.pause();
    if (deed === 'resume') session.resume();
    if (deed === 'return') {
      session.detach();
      this.viewers.splice(this.viewers.indexOf(viewer), 1, this.house.open({ after: sink.lastId, tail: 5 }));
      this.gone.push(viewer);
    }
  }

  /** Everything is well again, and all that is left to do is done. */
  async finish(): Promise<void> {
    this.house.broker.fails = false;
    for (const { sink, session } of [...this.viewers, ...this.filtering]) {
      sink.full = false;
      session.drained();
      session.resume();
    }
    await this.house.clock.advance(30_000);
  }

  /** What a viewer has been sent must account for every position after the one it began at. */
  check({ sink }: Opened, toTheEnd: boolean): void {
    const { positions } = this;
    const connected = sink.sent.find(({ event }) => event !== 'ping');
    if (!connected) {
      expect(toTheEnd).toBe(false);
      return;
    }
    expect(connected.event).toBe('connected');
    let next = this.#indexAfter(connected.id ?? '');
    let epochTold: string | undefined;
    for (const sent of sink.sent) {
      if (sent.event === 'epoch') epochTold = epochOf(sent.data.opened);
      if (sent.event === 'gap') next = this.#checkGap(sent.data, sent.id ?? '', next);
      if (sent.event === 'log') {
        expect(sent.id).toBe(positions[next]);
        expect(sent.line).toBe(this.house.writer.lines.get(sent.id));
        const previous = positions[next - 1];
        // A viewer that began before everything had no epoch before.
        if (previous !== undefined && epochOf(previous) !== epochOf(sent.id) && this.#began(sink.sent, sent.id)) {
          expect(epochTold).toBe(epochOf(sent.id));
        }
        next += 1;
      }
    }
    if (toTheEnd) expect(next).toBe(positions.length);
  }

  /** A viewer with a filter has been sent every matching line after where it began, but for those in gaps. */
  checkFiltered({ sink }: Opened): void {
    const { positions } = this;
    const begun = this.#indexAfter(sink.sent.find(({ event }) => event === 'connected')?.id ?? '');
    const missed = new Set<string>();
    for (const sent of sink.sent) {
      if (sent.event !== 'gap') continue;
      const [from, to] = [positions.indexOf(sent.data.from ?? ''), positions.indexOf(sent.data.to ?? '')];
      for (const position of positions.slice(from, to + 1)) missed.add(position);
    }
    const expected = positions.filter(
      (id, index) => index >= begun && !missed.has(id) && /[02468]$/.test(this.house.writer.lines.get(id) ?? ''),
    );
    expect(sink.sent.flatMap((sent) => (sent.event === 'log' ? [sent.id] : []))).toEqual(expected);
  }

  /** A gap begins where the viewer stood, ends before what follows, and is of records that are gone for good. */
  #checkGap({ from, to, lost, reason }: Gap, id: string, next: number): number {
    const { positions } = this;
    expect(reason).toMatch(/^(trimmed|purged)$/);
    expect(from).toBe(positions[next]);
    const end = positions.indexOf(to ?? '');
    expect(lost).toBe(end - next + 1);
    expect(id).toBe(to);
    this.trimmed.push(to ?? '');
    const position = parsePosition(to ?? '');
    // A feed may learn of a purge a moment after retention has taken what came next; never the other way round.
    if (reason === 'purged') expect(position && comparePositions(position, this.purged)).toBeLessThanOrEqual(0);
    return end + 1;
  }

  /** Up to where records were purged. */
  purged: Position = BEGINNING;

  /** The ends of the gaps that viewers were told of. */
  readonly trimmed: string[] = [];

  /** Whether the viewer came from an epoch before that of `id`. */
  #began(sent: readonly Sent[], id: string): boolean {
    const cursor = sent.find(({ event }) => event === 'connected')?.id;
    return cursor !== undefined && cursor !== '0-0' && epochOf(cursor) !== epochOf(id);
  }

  #indexAfter(id: string): number {
    const cursor = parsePosition(id);
    if (!cursor) throw new Error(`${id} is no position`);
    const index = this.positions.findIndex((text) => {
      const position = parsePosition(text);
      return position !== undefined && comparePositions(position, cursor) > 0;
    });
    return index < 0 ? this.positions.length : index;
  }
}

function epochOf(id: string): string {
  return id.slice(0, id.indexOf('-'));
}

it(
  'gives every viewer each position after its cursor once, in order, or a gap of exactly what is gone',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(deeds, async (all) => {
        const model = new Model();
        for (const deed of all) await model.do(deed);
        await model.finish();
        for (const each of model.gone) model.check(each, false);
        for (const each of model.viewers) model.check(each, true);
        for (const each of model.filtering) model.checkFiltered(each);
        expect(model.house.failures).toEqual([]);
        const first = (await model.house.broker.bounds(model.house.channel))?.first;
        for (const end of model.trimmed) {
          const position = parsePosition(end);
          if (first) expect(position && comparePositions(position, first)).toBeLessThan(0);
        }
        for (const { session } of [...model.viewers, ...model.filtering]) session.detach();
        await model.house.clock.advance(31_000);
        expect([model.house.feeds.size, model.house.broker.followers, model.house.clock.timers]).toEqual([0, 0, 0]);
      }),
      { numRuns: Number(process.env['MODEL_RUNS'] ?? 300) },
    );
  },
);

it('continues a thousand resumptions at random positions of a growing, trimmed channel', async () => {
  const model = new Model();
  for (let time = 0; time < 1000; time += 1) {
    await model.do({ deed: time % 50 === 49 ? 'epoch' : 'append', count: 1 + (time % 5), lost: time % 7 === 0 });
    await model.do({ deed: 'open', where: Math.floor(Math.random() * model.positions.length) });
    await model.do({ deed: 'settle' });
    if (time % 10 < 9) continue;
    for (const viewer of model.viewers.splice(0)) {
      viewer.session.detach();
      model.gone.push(viewer);
    }
  }
  for (const each of model.gone) model.check(each, false);
  expect(model.gone).toHaveLength(1000);
});
