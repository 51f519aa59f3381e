import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of a test's own, gone when it is disposed of. */
export class TempFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'tailgate-test-'));

  join(...names: readonly string[]): string {
    return join(this.path, ...names);
  }

  /** Makes the file, or replaces what it holds. */
  write(name: string, content: string): string {
    writeFileSync(this.join(name), content);
    return this.join(name);
  }

  append(name: string, content: string): void {
    appendFileSync(this.join(name), content);
  }

  remove(name: string): void {
    rmSync(this.join(name));
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 3 });
  }
}
