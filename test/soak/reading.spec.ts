import { describe, expect, test } from 'vitest';
import { Reading } from './reading.ts';
import { timedLine } from './timed-line.ts';

const line = (number: number) => ({ line: timedLine({ number, written: 1 }).slice(0, -1) });

function read(act: (reading: Reading) => void): Reading {
  const reading = new Reading('deployment/web', () => undefined);
  reading.connected('0-0');
  act(reading);
  return reading;
}

describe('what a viewer of the soak is given', () => {
  test('is right where positions and lines follow each other, over several connections', () => {
    const reading = read((it) => {
      it.records('5-1', [line(1), line(2)]);
      it.connected('5-2');
      it.records('5-3', [line(3)]);
    });
    expect(reading).toMatchObject({ problems: [], cursor: '5-3', lastNumber: 3 });
  });

  test('may come in parts', () => {
    const { line: whole } = line(1);
    const reading = read((it) => {
      it.records('5-1', [{ line: whole.slice(0, 50), partial: true }]);
      it.records('5-2', [{ line: whole.slice(50, 90), partial: true, continues: '5-1' }]);
      it.records('5-3', [{ line: whole.slice(90), continues: '5-2' }, line(2)]);
    });
    expect(reading).toMatchObject({ problems: [], lastNumber: 2 });
  });

  test.each<[string, (reading: Reading) => void]>([
    ['a hole in the positions', (it) => it.records('5-2', [line(1)])],
    ['a hole in the lines', (it) => it.records('5-1', [line(2)])],
    ['a line twice', (it) => it.records('5-1', [line(1), line(1)])],
    ['a batch twice', (it) => ['5-1', '5-1'].forEach((first) => it.records(first, [line(1)]))],
    ['lines in another order', (it) => it.records('5-1', [line(2), line(1)])],
    ['a line that is cut', (it) => it.records('5-1', [{ line: line(1).line.slice(0, -1) }])],
    ['a notice', (it) => it.records('5-1', [{ notice: 'file-truncated', bytes: 5 }])],
    ['a connection that goes on elsewhere', (it) => it.connected('5-9')],
    ['another epoch, unannounced', (it) => ['5-1', '6-1'].forEach((first, i) => it.records(first, [line(i + 1)]))],
  ])('is wrong with %s', (_what, act) => {
    expect(read(act).problems).not.toEqual([]);
  });
});
