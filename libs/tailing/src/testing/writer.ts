import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { gzipSync } from 'node:zlib';

/** What was written to a path between its coming and its going: the model of one file, or of one content of a file. */
export interface Incarnation {
  /** Everything that was written. */
  text: string;
  /** Its bytes were destroyed, or may not be found, when not all of it was sure to have been read. */
  atRisk: boolean;
  /** It was deleted, or waited for in vain: lines that come now are seen by nobody. */
  unwatched: boolean;
  /** A tailer has taken some of it, so that a copy can be told. */
  met: boolean;
}

/** How many rotated files are kept: more than any test makes. */
const KEEP = 100;

/** A program that logs to `path`, and an administrator who rotates: real files, and beside them what they should hold. */
export class Writer {
  readonly incarnations: Incarnation[] = [];
  #fd: number | undefined;
  /** What the writer's descriptor writes to, and what stands at the path. */
  #open: Incarnation | undefined;
  #atPath: Incarnation | undefined;
  /** What was rotated away last. */
  #rotated: Incarnation | undefined;
  #count = 0;
  /**
   * No tailer has seen a file here, or the one it saw was deleted: what leaves the path before it looks can't be told from older files.
   */
  #chainBroken = true;

  constructor(private readonly path: string) {
    this.reopen();
  }

  lines(count: number, width: number): void {
    let text = '';
    for (let i = 0; i < count; i++) text += `${this.#next()} ${'é'.repeat(width)}\n`;
    this.#write(text);
  }

  /** The first part of a line; the next write goes on with it. */
  fragment(): void {
    this.#write(`${this.#next()} frag€ment`);
  }

  /** As after SIGHUP: opens the path anew. */
  reopen(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    if (!existsSync(this.path)) this.#atPath = this.#incarnation();
    this.#fd = openSync(this.path, 'a');
    this.#open = this.#atPath;
  }

  /** logrotate's `create`: the writer keeps the old file until it reopens. */
  rename(): void {
    if (!existsSync(this.path)) return;
    this.#leavePath();
    this.#shift();
    renameSync(this.path, `${this.path}.1`);
    closeSync(openSync(this.path, 'a'));
    this.#atPath = this.#incarnation();
  }

  /** logrotate's `copytruncate`. `compress`: the copy is gzipped at once. */
  copyTruncate(compress: boolean): void {
    if (!existsSync(this.path) || this.#atPath?.met !== true) return;
    this.#leavePath();
    this.#shift();
    if (compress) writeFileSync(`${this.path}.1.gz`, gzipSync(readFileSync(this.path)));
    else copyFileSync(this.path, `${this.path}.1`);
    truncateSync(this.path, 0);
    this.#renew();
  }

  /** Gzips what was rotated last, unless the writer has it open. */
  compress(): void {
    const rotated = `${this.path}.1`;
    if (!existsSync(rotated) || this.#open !== this.#atPath || this.#rotated?.met !== true) return;
    writeFileSync(`${rotated}.gz`, gzipSync(readFileSync(rotated)));
    rmSync(rotated);
  }

  /** Cuts the file and writes to it at once; what it held is nowhere any more. */
  truncate(read: boolean, lines: number): void {
    if (!existsSync(this.path) || this.#open !== this.#atPath) return;
    if (this.#atPath !== undefined && !read) this.#atPath.atRisk = true;
    truncateSync(this.path, 0);
    this.#renew();
    this.lines(lines, 3);
  }

  /** `held`: a tailer has the file open, so that its bytes are not gone. */
  remove(held: boolean): void {
    if (!existsSync(this.path)) return;
    this.#chainBroken = true;
    if (this.#atPath !== undefined) {
      this.#atPath.unwatched = true;
      this.#atPath.atRisk ||= !held;
    }
    rmSync(this.path);
    this.#atPath = undefined;
  }

  /** A tailer has seen all there is. */
  seen(): void {
    if (this.#atPath !== undefined) this.#chainBroken = false;
    for (const incarnation of this.incarnations) incarnation.met ||= incarnation.text.includes('\n');
  }

  /** No tailer has any file open any more. */
  released(): void {
    for (const incarnation of this.incarnations) incarnation.atRisk ||= incarnation.unwatched;
  }

  /** A tailer waits no longer for late lines in files that left the path. */
  gaveUpWaiting(): void {
    if (this.#open === undefined || this.#open === this.#atPath) return;
    this.#open.atRisk = true;
    this.#open.unwatched = true;
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
  }

  #leavePath(): void {
    if (this.#chainBroken && this.#atPath !== undefined) this.#atPath.atRisk = true;
    this.#rotated = this.#atPath;
  }

  /** The file's content begins anew, and so does the writer's. */
  #renew(): void {
    const before = this.#atPath;
    this.#atPath = this.#incarnation();
    if (this.#open === before) this.#open = this.#atPath;
  }

  #incarnation(): Incarnation {
    const incarnation = { text: '', atRisk: false, unwatched: false, met: false };
    this.incarnations.push(incarnation);
    return incarnation;
  }

  #write(text: string): void {
    if (this.#fd === undefined || this.#open === undefined) return;
    writeSync(this.#fd, text);
    this.#open.text += text;
  }

  #next(): string {
    return `line-${this.#count++}`;
  }

  #shift(): void {
    for (let n = KEEP - 1; n >= 1; n--) {
      for (const ending of ['', '.gz']) {
        if (existsSync(`${this.path}.${n}${ending}`))
          renameSync(`${this.path}.${n}${ending}`, `${this.path}.${n + 1}${ending}`);
      }
    }
  }
}
