import { useState } from 'react';
import type { LogModel } from '../log/log-model.js';
import { copyText, shownLines } from './copy.js';
import { Menu } from './menu.js';
import styles from './reading.module.css';
import { ndjsonText, plainText } from './shown-text.js';

/** Ways to all that a channel holds. */
export interface Downloads {
  /** Addresses. */
  readonly text: string;
  readonly ndjson: string;
  /** Opens what has a file made in the background; absent where the reader may not. */
  readonly inBackground?: () => void;
}

interface ExportMenuProps {
  readonly model: LogModel;
  readonly downloads: Downloads;
  readonly hasLanes: boolean;
}

/** Takes the lines elsewhere: those that are shown, or all that the channel has. */
export function ExportMenu({ model, downloads, hasLanes }: ExportMenuProps) {
  const [outcome, setOutcome] = useState('');
  const copy = (): void => {
    copyText(plainText(shownLines(model), hasLanes)).then(
      () => setOutcome('Copied.'),
      (error: unknown) => setOutcome(error instanceof Error ? error.message : String(error)),
    );
  };
  const { inBackground } = downloads;
  return (
    <Menu label="Export">
      <div className={styles['exports']}>
        <span>Shown</span>
        <button type="button" className={styles['button']} onClick={copy}>
          Copy
        </button>
        <button
          type="button"
          className={styles['button']}
          onClick={() => save('log', plainText(shownLines(model), hasLanes))}
        >
          Text
        </button>
        <button
          type="button"
          className={styles['button']}
          onClick={() => save('ndjson', ndjsonText(shownLines(model)))}
        >
          NDJSON
        </button>
        <span>All</span>
        <a className={styles['button']} href={downloads.text} download>
          Text
        </a>
        <a className={styles['button']} href={downloads.ndjson} download>
          NDJSON
        </a>
      </div>
      {inBackground && (
        <button
          type="button"
          className={styles['button']}
          onClick={({ currentTarget }) => {
            // Before the dialog opens: it gives the keyboard back to what had it, which must still be there.
            currentTarget.closest<HTMLElement>('[popover]')?.hidePopover();
            inBackground();
          }}
        >
          Export in the background…
        </button>
      )}
      <p role="status">{outcome}</p>
    </Menu>
  );
}

/** Has the browser save a text as a file. */
function save(extension: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${new Date().toISOString().replaceAll(':', '')}.${extension}`;
  link.click();
  URL.revokeObjectURL(url);
}
