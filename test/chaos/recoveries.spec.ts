import { mkdirSync } from 'node:fs';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { TempFolder } from '../support/temp-folder.ts';
import { Judgement } from '../support/viewing/judgement.ts';
import { Random } from '../support/viewing/random.ts';
import { Recoveries } from './recoveries.ts';
import type { Watcher } from './viewers/watcher.ts';
import { Writer } from './writer.ts';

let writer: Writer;
let watchers: readonly Watcher[];
let recoveries: Recoveries;

beforeEach(() => {
  const folder = new TempFolder();
  mkdirSync(folder.join('state'));
  writer = new Writer(folder.path, folder.join('state'), 2, new Random(1));
  watchers = writer.files.map(({ channel }) => watcherOf(channel));
  recoveries = new Recoveries(writer, watchers);
  onTestFinished(() => {
    writer[Symbol.dispose]();
    folder[Symbol.dispose]();
  });
});

describe('a recovery', () => {
  it('is there when each viewer has a line that was written after the fault was lifted', () => {
    const fault = recoveries.begin('kill', 'it');
    for (const file of writer.files) file.write(2);
    recoveries.lift(fault, {});
    for (const watcher of watchers) hears(watcher, 2);
    expect(fault.recovered).toBeUndefined();
    for (const watcher of watchers) hears(watcher, 3);
    expect(fault.recovered).toBeGreaterThanOrEqual(fault.lifted ?? Infinity);
    expect(fault).toMatchObject({ lines: 6, last: 'http, deployment/01' });
  });

  it('asks only those whom the fault concerns', () => {
    const [file] = writer.files;
    const fault = recoveries.begin('rename', 'a file');
    recoveries.lift(fault, { files: file === undefined ? [] : [file] });
    hears(watchers[0], 1);
    expect(fault.recovered).toBeDefined();
  });

  it('waits for nobody who was made to stop reading', () => {
    const fault = recoveries.begin('kill', 'it');
    recoveries.lift(fault, {});
    hears(watchers[0], 1);
    const [, second] = watchers;
    if (second === undefined) throw new Error('there are two');
    recoveries.hold(second);
    expect(fault.recovered).toBeDefined();
  });
});

/** A line comes to a viewer. */
function hears(watcher: Watcher | undefined, line: number): void {
  const file = writer.files.find(({ channel }) => channel === watcher?.judgement.channel);
  watcher?.judgement.onLine(file?.textOf(line) ?? '');
}

function watcherOf(channel: string): Watcher {
  return {
    kind: 'http',
    judgement: new Judgement(channel),
    connections: 1,
    cut: () => undefined,
    hold: () => undefined,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
