import { constants, mkdir, open, readFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { JobFailure } from '../queue/job-failure.js';
import { demoLine, isDemoLine } from './demo-lines.js';

/**
 * The log file of one deployment. What it holds says how far the deployment is: whoever goes on after a crash repeats no line and leaves
 * none out, whatever was reported before.
 */
export class DemoFile implements AsyncDisposable {
  private constructor(
    private readonly file: FileHandle,
    /** How many lines it is to have. */
    private readonly lines: number,
    /** How many whole lines it has. */
    public written: number,
    /** Its length in bytes: it has only one writer. */
    private size: number,
    /** Bytes of a line that was not written whole, since the disk was full. */
    private rest: number,
  ) {}

  /** A new file. Throws a `JobFailure`: `deployment_exists` where there is one already, `unwritable`. */
  static async make(path: string, lines: number): Promise<DemoFile> {
    try {
      await mkdir(dirname(path), { recursive: true });
    } catch (error) {
      throw unwritable(error);
    }
    try {
      return new DemoFile(await open(path, 'ax'), lines, 0, 0, 0);
    } catch (error) {
      throw hasCode(error, 'EEXIST') ? exists() : unwritable(error);
    }
  }

  /**
   * One that an earlier worker has begun. Throws a `JobFailure`: `deployment_exists` where it holds what no deployment writes, `gone`
   * where it is not there any more.
   */
  static async resume(path: string, lines: number): Promise<DemoFile> {
    const file = await reopen(path);
    try {
      const content = await readFile(file, 'latin1');
      const written = content.split('\n');
      const rest = written.pop() ?? '';
      if (written.length > lines || !written.every((line, index) => isDemoLine(line, index + 1, lines))) throw exists();
      return new DemoFile(file, lines, written.length, content.length, rest.length);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Writes the next line. Throws an `Error` where somebody else has written. */
  async append(time: number): Promise<void> {
    const { size } = await this.file.stat();
    if (size !== this.size) throw new Error('the log file of the deployment has another writer');
    const text = `${demoLine(this.written + 1, this.lines, time)}\n`.slice(this.rest);
    await this.file.appendFile(text, 'latin1');
    this.size += text.length;
    this.rest = 0;
    this.written += 1;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.file.close();
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function unwritable(error: unknown): JobFailure {
  const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return new JobFailure('unwritable', `The log file of the deployment can’t be written (${why}).`);
}

function exists(): JobFailure {
  return new JobFailure('deployment_exists', 'There is a log file of this name already.');
}

async function reopen(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDWR | constants.O_APPEND);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    throw new JobFailure('gone', 'The log file of the deployment is not there any more.');
  }
}
