import { mkdirSync } from 'node:fs';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { TempFolder } from '../support/temp-folder.ts';
import { Judgement } from '../support/viewing/judgement.ts';
import { compare } from './comparison.ts';
import { WrittenFile } from './written-file.ts';

const LINES = 5;

let file: WrittenFile;

beforeEach(() => {
  const folder = new TempFolder();
  mkdirSync(folder.join('state'));
  file = new WrittenFile(folder.path, folder.join('state'), 0);
  file.write(LINES);
  onTestFinished(() => {
    file[Symbol.dispose]();
    folder[Symbol.dispose]();
  });
});

describe('a comparison', () => {
  it('finds nothing where every line came once, in order', () => {
    expect(found(1, 2, 3, 4, 5)).toEqual([]);
  });

  it.each([
    ['a line that did not come', [1, 2, 4, 5], ['lost']],
    ['a line that came twice', [1, 2, 2, 3, 4, 5], ['repeated']],
    ['a line that came late', [1, 3, 2, 4, 5], ['reordered']],
    ['lines that came again from the beginning', [1, 2, 1, 2, 3, 4, 5], ['repeated', 'repeated']],
    ['a last line that did not come', [1, 2, 3, 4], ['lost']],
  ])('finds %s', (_what, lines, columns) => {
    expect(found(...lines)).toEqual(columns);
  });

  it('finds a line that nobody wrote', () => {
    const judgement = given(1, 2, 3, 4);
    judgement.take(log(5, `${file.textOf(5)}?`));
    expect(columnsOf(judgement)).toEqual(['lost', 'lost']);
  });

  it('finds a position that was left out, beside the line', () => {
    const judgement = given(1, 2);
    for (const number of [4, 5]) judgement.take(log(number, file.textOf(number)));
    expect(columnsOf(judgement)).toEqual(['lost', 'unannounced']);
  });

  it('excuses lines that are in no file any more, and only where that was told', () => {
    file.truncate();
    file.write(1);
    const told = new Judgement(file.channel);
    told.take({ name: 'notice', id: '1-1', data: JSON.stringify({ notice: 'file-truncated', time: 1, bytes: null }) });
    told.take(log(2, file.textOf(6)));
    expect(columnsOf(told)).toEqual(Array.from({ length: LINES }, () => 'announced as gone'));
    expect(found(6)).toEqual(Array.from({ length: LINES }, () => 'lost'));
  });

  it('excuses what was before a Redis that was emptied, and only where one was', () => {
    const judgement = given(1, 2);
    judgement.take({
      name: 'gap',
      id: '2-0',
      data: JSON.stringify({ from: null, to: null, lost: null, reason: 'epoch' }),
    });
    for (const [index, number] of [4, 5].entries())
      judgement.take({ ...log(number, file.textOf(number)), id: `2-${index + 1}` });
    expect(columnsOf(judgement, true)).toEqual([
      'announced as gone',
      'announced as gone',
      'announced as gone',
      'withdrawn',
    ]);
    expect(columnsOf(judgement, false)).toContain('lost');
  });
});

function found(...numbers: readonly number[]): readonly string[] {
  return columnsOf(given(...numbers));
}

/** Somebody who was given these lines under positions without a hole. */
function given(...numbers: readonly number[]): Judgement {
  const judgement = new Judgement(file.channel);
  for (const [index, number] of numbers.entries()) judgement.take(log(index + 1, file.textOf(number)));
  return judgement;
}

function log(seq: number, line: string) {
  return { name: 'log', id: `1-${seq}`, data: JSON.stringify({ line, time: 1 }) };
}

function columnsOf(judgement: Judgement, wasEmptied = false): readonly string[] {
  return compare(judgement, file, wasEmptied).map(({ column }) => column);
}
