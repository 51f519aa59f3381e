import { parseData, parseId } from '../event-stream.ts';
import type { StreamEvent } from './event-reader.ts';

interface Place {
  readonly epoch: number;
  readonly seq: number;
}

/** A record, which is a line or goes on with one. */
interface Part extends Place {
  readonly text: string;
  /** Before it came a gap of which nobody knows the ends. */
  readonly begins: boolean;
}

/** What is wrong with what came, by the numbers of positions alone. */
export type Fault = 'unannounced' | 'wrongly announced' | 'not understood';

/** One such, and when it was seen: milliseconds, as `performance.now()` says. */
export interface Incident {
  readonly at: number;
  readonly fault: Fault;
}

/** A line as it stands in the end. */
export interface StandingLine {
  readonly text: string;
  /** Before it came a gap of which nobody knows the ends: the broker has forgotten the channel altogether. */
  readonly begins: boolean;
}

/** A line as the records that it came in, the first first. */
type KeptLine = readonly Part[];

const MOST_PROBLEMS = 5;

/** Why positions are withdrawn: an epoch was closed before them; or nobody has put them back within 10 s, and it goes on before them. */
const WITHDRAWING: ReadonlySet<unknown> = new Set(['epoch', 'unknown-position']);

/**
 * What one viewer was given of one channel: the lines that count, and what is wrong by the numbers alone. Lines that a gap withdraws
 * count no more, so that in the end each line of the files is to be there once.
 */
export class Judgement {
  readonly channel: string;
  readonly problems: string[] = [];
  /** All problems, beyond those that are told. */
  readonly incidents: Incident[] = [];
  /** When lines were withdrawn, and how many. */
  readonly withdrawals: { readonly at: number; readonly lines: number }[] = [];
  /** What each position has named: compared among viewers. Withdrawn ones included. */
  readonly named = new Map<string, string>();
  /** Told of each line that begins, as it comes. */
  onLine: (text: string) => void = () => undefined;
  /** How many events came of each name, and of each notice. */
  readonly counts = new Map<string, number>();
  withdrawn = 0;
  #kept: KeptLine[] = [];
  /** Beginnings of lines whose rest a gap without ends has withdrawn: no lines, unless they go on after all. */
  readonly #torn = new WeakSet<KeptLine>();
  /** What was before this place was not given, and is not missed. */
  #entered: Place = { epoch: 0, seq: 0 };
  #cursor: Place = { epoch: 0, seq: 0 };
  #began = false;
  /** A gap has come of which nobody knows the ends. */
  #isAnew = false;

  constructor(channel: string) {
    this.channel = channel;
  }

  get lines(): readonly string[] {
    return this.#whole.map(textOf);
  }

  get standing(): readonly StandingLine[] {
    return this.#whole.map((line) => ({ text: textOf(line), begins: line[0]?.begins === true }));
  }

  get lineCount(): number {
    return this.#kept.length;
  }

  get lastLine(): string | undefined {
    const last = this.#kept.at(-1);
    return last && textOf(last);
  }

  get #whole(): readonly KeptLine[] {
    return this.#kept.filter((line) => !this.#torn.has(line));
  }

  fail(problem: string, fault: Fault = 'not understood'): void {
    this.incidents.push({ at: performance.now(), fault });
    if (this.problems.length < MOST_PROBLEMS) this.problems.push(`${this.channel}: ${problem}`);
  }

  take({ name, data, id }: StreamEvent): void {
    this.#count(name);
    const record = name === 'lines' ? {} : parseData(data);
    switch (name) {
      case 'log':
      case 'notice':
        this.#record(record, parseId(id ?? ''));
        break;
      case 'lines':
        this.#records(data, parseId(id ?? ''));
        break;
      case 'gap':
        this.#gap(record, id);
        break;
      case 'epoch':
        this.#epoch(record, id);
        break;
      case 'connected':
        if (id !== undefined) this.#connected(parseId(id));
        break;
      default:
    }
  }

  /** `batch=1`: consecutive records, under the position of the last. */
  #records(data: string, { epoch, seq }: Place): void {
    const records: unknown = JSON.parse(data);
    if (!Array.isArray(records)) throw new Error(`no array: ${data}`);
    for (const [index, record] of records.entries())
      this.#record(parseData(JSON.stringify(record)), { epoch, seq: seq - records.length + 1 + index });
  }

  #record(record: Readonly<Record<string, unknown>>, place: Place): void {
    if (!follows(this.#cursor, place))
      this.fail(`${show(place)} came after ${show(this.#cursor)}, unannounced`, 'unannounced');
    this.#cursor = place;
    this.#began = true;
    this.named.set(show(place), JSON.stringify(record));
    const { line, continues, notice, bytes } = record;
    this.#count('record');
    if (typeof notice === 'string') this.#count(`notice ${notice} of ${String(bytes)} bytes`);
    else if (typeof line !== 'string') this.fail(`${show(place)} is no record: ${JSON.stringify(record)}`);
    else if (typeof continues === 'string') this.#continue(continues, place, line);
    else this.#begin(place, line);
  }

  #begin(place: Place, text: string): void {
    this.onLine(text);
    this.#kept.push([{ ...place, text, begins: this.#isAnew }]);
    this.#isAnew = false;
  }

  #continue(continued: string, place: Place, text: string): void {
    const begun = this.#kept.findLastIndex((line) => line.some((part) => show(part) === continued));
    const line = this.#kept[begun];
    if (line === undefined && continued === show(this.#entered)) this.#begin(place, text);
    else if (line === undefined) this.fail(`${show(place)} continues ${continued}, which is not there`);
    else this.#kept[begun] = [...line, { ...place, text, begins: false }];
  }

  #gap({ from, to, reason }: Readonly<Record<string, unknown>>, id: string | undefined): void {
    this.#count(`gap ${String(reason)}`);
    const after = parseId(id ?? '');
    if (!WITHDRAWING.has(reason)) {
      this.fail(`a gap of reason ${String(reason)} before ${show(after)}`, 'wrongly announced');
    }
    const { epoch, seq } = this.#cursor;
    const first = typeof from === 'string' ? parseId(from) : { epoch, seq: 1 };
    const last = typeof to === 'string' ? parseId(to) : { epoch, seq };
    if (epoch > 0 && !this.#mayWithdraw(reason, first, last, after)) {
      const named = `${String(from)} to ${String(to)}, before ${show(after)}`;
      this.fail(`a gap of reason ${String(reason)} at ${show(this.#cursor)}: ${named}`, 'wrongly announced');
    }
    const stands = (part: Place): boolean =>
      reason === 'epoch'
        ? part.epoch !== first.epoch || part.seq < first.seq || part.seq > last.seq
        : part.epoch < after.epoch || (part.epoch === after.epoch && part.seq <= after.seq);
    const isAnew = from === null && to === null;
    this.#withdraw((part) => !stands(part), isAnew);
    this.#isAnew ||= isAnew;
    this.#cursor = this.#entered = after;
  }

  /** The end of what was given, for another epoch; or a head that is before it. Other places are no reason to take something back. */
  #mayWithdraw(reason: unknown, first: Place, last: Place, after: Place): boolean {
    if (reason === 'unknown-position') return isBefore(after, this.#cursor);
    if (reason !== 'epoch') return true;
    const isEnd = first.epoch === last.epoch && first.seq <= last.seq + 1 && show(last) === show(this.#cursor);
    return isEnd && this.#cursor.epoch < after.epoch;
  }

  #withdraw(isWithdrawn: (part: Place) => boolean, isAnew = false): void {
    // What goes on with a line may be withdrawn alone: its beginning stands, and goes on otherwise.
    const left = this.#kept.map((line) => (line.some(isWithdrawn) ? line.filter((part) => !isWithdrawn(part)) : line));
    const cut = left.filter((line, index) => line !== this.#kept[index]);
    if (isAnew) for (const line of cut) this.#torn.add(line);
    const lines = cut.length;
    if (lines > 0) this.withdrawals.push({ at: performance.now(), lines });
    this.withdrawn += lines;
    this.#kept = left.filter((line) => line.length > 0);
  }

  #epoch({ closed, opened }: Readonly<Record<string, unknown>>, id: string | undefined): void {
    const end = parseId(String(closed));
    const { epoch, seq } = this.#cursor;
    // After a gap the viewer stands in the new epoch already.
    if (epoch === end.epoch && seq !== end.seq)
      this.fail(`the epoch closed at ${show(end)} at ${show(this.#cursor)}`, 'wrongly announced');
    if (id !== opened) this.fail(`the epoch ${String(opened)} has the id ${String(id)}`, 'wrongly announced');
    this.#cursor = parseId(id ?? '');
    // PROTOCOL, "SSE": between the two nothing stands.
    this.#withdraw((part) => isBefore(end, part) && isBefore(part, this.#cursor));
  }

  #connected(place: Place): void {
    if (this.#began && show(place) !== show(this.#cursor))
      this.fail(`connected at ${show(place)} instead of ${show(this.#cursor)}`, 'unannounced');
    if (!this.#began) this.#entered = place;
    this.#cursor = place;
  }

  #count(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }
}

function textOf(line: KeptLine): string {
  return line.map(({ text }) => text).join('');
}

/** The first epoch begins without a word. */
function follows(cursor: Place, { epoch, seq }: Place): boolean {
  return (epoch === cursor.epoch || cursor.epoch === 0) && seq === cursor.seq + 1;
}

function isBefore(a: Place, b: Place): boolean {
  return a.epoch < b.epoch || (a.epoch === b.epoch && a.seq < b.seq);
}

function show({ epoch, seq }: Place): string {
  return `${epoch}-${seq}`;
}
