import { describe, expect, it } from 'vitest';
import { compareLines, compareNames, compareStanding } from './judge.ts';
import { Judgement } from './judgement.ts';

const WRITTEN = ['one', 'two', 'three'];

describe('the judge', () => {
  it('has nothing to say of each line once, in order', () => {
    expect(given(log(5, 1, 'one'), log(5, 2, 'two'), log(5, 3, 'three'))).toEqual([]);
  });

  it('joins a line that came in parts', () => {
    const rest = event('log', '5-2', { line: 'ne', continues: '5-1' });
    expect(given(log(5, 1, 'o'), rest, log(5, 3, 'two'), log(5, 4, 'three'))).toEqual([]);
  });

  it('knows the numbers of what comes in batches', () => {
    const batch = event('lines', '5-2', [{ line: 'one' }, { line: 'two' }]);
    expect(given(batch, log(5, 3, 'three'))).toEqual([]);
    expect(given(batch, log(5, 4, 'three'))).not.toEqual([]);
  });

  it('takes lines back that a gap withdraws, and counts them', () => {
    const withdrawn = [log(5, 1, 'one'), log(5, 2, 'two'), gap('5-2', '5-2', '6-0'), epoch('5-1', '6-0')];
    const judgement = judged([...withdrawn, log(6, 1, 'two'), log(6, 2, 'three')]);
    expect(compareLines(judgement, WRITTEN)).toEqual([]);
    expect(judgement.withdrawn).toBe(1);
  });

  it('takes lines back that nobody put back in time, and wants them again', () => {
    const late = event('gap', '5-1', { from: null, to: null, lost: null, reason: 'unknown-position' });
    const same = [log(5, 1, 'one'), log(5, 2, 'two'), late];
    const other = [log(5, 1, 'one'), epoch('5-1', '6-0'), log(6, 1, 'two'), late];
    for (const before of [same, other]) {
      expect(given(...before, epoch('5-1', '7-0'), log(7, 1, 'two'), log(7, 2, 'three'))).toEqual([]);
      expect(given(...before, log(5, 2, 'two'), log(5, 3, 'three'))).toEqual([]);
      expect(given(...before, epoch('5-1', '7-0'), log(7, 1, 'three'))).not.toEqual([]);
    }
  });

  it('takes back what stands behind where an epoch was closed, of which a gap knew no more', () => {
    const unknown = event('gap', '7-0', { from: null, to: null, lost: null, reason: 'epoch' });
    const first = [log(5, 1, 'one'), log(5, 2, 'two'), epoch('5-2', '6-0'), log(6, 1, 'three'), unknown];
    const again = [epoch('5-1', '7-0'), log(7, 1, 'two'), log(7, 2, 'three')];
    const judgement = judged([...first, ...again]);
    expect(compareLines(judgement, WRITTEN)).toEqual([]);
    expect(judgement.withdrawn).toBe(2);
    expect(given(...first, ...again.slice(1))).not.toEqual([]);
  });

  it('lets the beginning of a line stand whose rest is withdrawn, and comes again', () => {
    const rest = (epoch: number, seq: number): Event =>
      event('log', `${epoch}-${seq}`, { line: 'wo', continues: '5-2' });
    const withdrawn = [log(5, 1, 'one'), log(5, 2, 't'), rest(5, 3), gap('5-3', '5-3', '6-0'), epoch('5-2', '6-0')];
    expect(given(...withdrawn, rest(6, 1), log(6, 2, 'three'))).toEqual([]);
    expect(given(...withdrawn, log(6, 1, 'three'))).not.toEqual([]);
    expect(given(...withdrawn, rest(6, 1), rest(6, 2), log(6, 3, 'three'))).not.toEqual([]);
  });

  it('counts no beginning of a line whose rest went with everything, unless it goes on', () => {
    const forgotten = event('gap', '9-0', { from: null, to: null, lost: null, reason: 'epoch' });
    const rest = (epoch: number): Event => event('log', `${epoch}-1`, { line: 'ne', continues: '5-1' });
    const torn = [log(5, 1, 'o'), epoch('5-1', '6-0'), rest(6), forgotten];
    expect(judged([...torn, log(9, 1, 'one')]).lines).toEqual(['one']);
    expect(judged([...torn, epoch('5-1', '9-0'), rest(9)]).lines).toEqual(['one']);
  });

  it('does not miss the beginning of a line that stands before the place from which a viewer comes', () => {
    const connected = event('connected', '5-7', {});
    const rest = event('log', '5-8', { line: 'ne', continues: '5-7' });
    expect(judged([connected, rest]).problems).toEqual([]);
    expect(
      judged([connected, log(5, 8, 'one'), event('log', '5-9', { line: 'x', continues: '5-6' })]).problems,
    ).toHaveLength(1);
  });

  it.each([
    ['a line that is missing, though the numbers are right', [log(5, 1, 'one'), log(5, 2, 'three')]],
    ['a number that is missing', [log(5, 1, 'one'), log(5, 3, 'two'), log(5, 4, 'three')]],
    ['a line that came twice', [log(5, 1, 'one'), log(5, 2, 'two'), log(5, 3, 'two'), log(5, 4, 'three')]],
    ['a record that came twice', [log(5, 1, 'one'), log(5, 1, 'one'), log(5, 2, 'two'), log(5, 3, 'three')]],
    ['another order', [log(5, 1, 'two'), log(5, 2, 'one'), log(5, 3, 'three')]],
    ['an epoch that nothing announces', [log(5, 1, 'one'), log(6, 1, 'two'), log(6, 2, 'three')]],
    [
      'lines that come again without having been withdrawn',
      [log(5, 1, 'one'), log(5, 2, 'two'), epoch('5-2', '6-0'), log(6, 1, 'two'), log(6, 2, 'three')],
    ],
    [
      'lines that were withdrawn, and do not come again',
      [log(5, 1, 'one'), log(5, 2, 'two'), gap('5-2', '5-2', '6-0'), log(6, 1, 'three')],
    ],
    [
      'an epoch that was closed before what was given of it',
      [log(5, 1, 'one'), log(5, 2, 'two'), epoch('5-1', '6-0'), log(6, 1, 'three')],
    ],
    ['a gap that trimming has made', [log(5, 1, 'one'), gap('5-2', '5-2', '5-2', 'trimmed'), log(5, 3, 'three')]],
    [
      'a gap of another epoch, where there is none',
      [log(5, 1, 'one'), log(5, 2, 'two'), gap('5-2', '5-2', '5-1'), log(5, 2, 'two'), log(5, 3, 'three')],
    ],
    [
      'a gap that names more than was given',
      [log(5, 1, 'one'), gap('5-2', '5-4', '6-0'), epoch('5-1', '6-0'), log(6, 1, 'two'), log(6, 2, 'three')],
    ],
    [
      'a gap that names less than what is withdrawn with it',
      [log(5, 1, 'one'), log(5, 2, 'two'), gap('5-1', '5-1', '6-0'), log(6, 1, 'three')],
    ],
    [
      'an unknown position that was known',
      [log(5, 1, 'one'), gap('5-1', '5-1', '5-1', 'unknown-position'), log(5, 2, 'two'), log(5, 3, 'three')],
    ],
    ['a connection that goes on elsewhere', [log(5, 1, 'one'), event('connected', '5-2', {}), log(5, 3, 'three')]],
  ])('sees %s', (_what, events) => {
    expect(given(...events)).not.toEqual([]);
  });

  it('sees a position that names two records', () => {
    const judgements = [judged([log(5, 1, 'one')]), judged([log(5, 1, 'two')])];
    expect(compareNames(judgements)).toHaveLength(1);
  });

  it('sees that viewers have different lines in the end, though each of them was told of something', () => {
    const all = [log(5, 1, 'one'), log(5, 2, 'two'), epoch('5-2', '6-0'), log(6, 1, 'three')];
    const fewer = [log(5, 1, 'one'), epoch('5-1', '6-0'), log(6, 1, 'three')];
    const withdrawn = [log(5, 1, 'one'), log(5, 2, 'two'), gap('5-2', '5-2', '6-0'), log(6, 1, 'three')];
    expect(compareStanding([judged(all), judged(all)])).toEqual([]);
    expect(compareStanding([judged(fewer), judged(withdrawn)])).toEqual([]);
    expect(compareStanding([judged(all), judged(fewer), judged(all), judged(withdrawn)])).toHaveLength(2);
  });

  it('sees a position that has two running hashes, and none that has it only where a batch ends', () => {
    const hashed = (hash?: string) => judged([event('log', '5-1', { line: 'one', time: 1, ...(hash && { hash }) })]);
    expect(compareNames([hashed('0000abcd'), hashed(), hashed('0000abcd')])).toEqual([]);
    expect(compareNames([hashed('0000abcd'), hashed(), hashed('0000abce')])).toHaveLength(1);
  });
});

type Event = ReturnType<typeof event>;

function given(...events: readonly Event[]): readonly string[] {
  return compareLines(judged(events), WRITTEN);
}

function judged(events: readonly Event[]): Judgement {
  const judgement = new Judgement('deployment/web');
  for (const each of events) judgement.take(each);
  return judgement;
}

function event(name: string, id: string, data: object) {
  return { name, id, data: JSON.stringify(data) };
}

function log(epoch: number, seq: number, line: string): Event {
  return event('log', `${epoch}-${seq}`, { line, time: 1 });
}

function gap(from: string, to: string, after: string, reason = 'epoch'): Event {
  return event('gap', after, { from, to, lost: null, reason });
}

function epoch(closed: string, opened: string): Event {
  return event('epoch', opened, { closed, opened });
}
