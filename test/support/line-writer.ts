// A program that writes a log: a process of its own, as real writers are.
//
//   node line-writer.ts FILE LINES_PER_SECOND LINES [FIRST]
//
// Line number i is `numberedLine(i)`, from FIRST on (1 unless told). It appends up to 100 times a second, in writes that end anywhere,
// as those of block-buffered writers do, and ends with code 0 when all is written.

import { closeSync, openSync, writeSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { numberedLine } from './numbered-line.ts';

const [path = '', perSecond = '', total = '', first = '1'] = process.argv.slice(2);
const file = openSync(path, 'a');
const begun = performance.now();
let written = 0;
let rest = Buffer.alloc(0);
while (written < Number(total)) {
  const due = Math.min(Number(total), Math.ceil(((performance.now() - begun) / 1000) * Number(perSecond)));
  let text = '';
  for (; written < due; written += 1) text += numberedLine(Number(first) + written);
  const bytes = Buffer.concat([rest, Buffer.from(text)]);
  // The last bytes of a line may come with the next write.
  const whole = written < Number(total) ? Math.max(0, bytes.length - (written % 50)) : bytes.length;
  if (whole > 0) writeSync(file, bytes.subarray(0, whole));
  rest = Buffer.from(bytes.subarray(whole));
  await setTimeout(10);
}
closeSync(file);
