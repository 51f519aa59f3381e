import type { LogEntry } from '@tailgate/client';
import type { ViewOptions } from '../reading/view-options.js';
import { jsonLine } from './json-line.js';
import { JsonSummary, JsonTree } from './json-text.js';
import { LineText } from './line-text.js';
import styles from './line.module.css';
import type { Marks } from './segments.js';
import { openedPart, shownPart } from './shown-part.js';

interface LogTextProps {
  readonly entry: LogEntry;
  readonly options: ViewOptions;
  readonly marks: Marks;
  readonly isOpened: boolean;
  readonly folded: number;
}

/** What a record says, and the sign that opens what it holds back. */
export function LogText({ entry, options, marks, isOpened, folded }: LogTextProps) {
  const json = options.fields ? jsonLine(entry.line) : undefined;
  const { text, hiddenLines, hiddenCharacters } = isOpened
    ? openedPart(entry.line)
    : shownPart(entry.line, options.fold);
  const canOpen = json !== undefined || folded > 0 || shownPart(entry.line, options.fold).text !== entry.line;
  const lines = isOpened ? 0 : folded + hiddenLines;
  return (
    <>
      {canOpen ? <Toggle isOpened={isOpened} /> : <span className={styles['fold']} />}
      <div className={styles['text']}>
        {entry.source !== undefined && <span className={styles['source']}>{entry.source} </span>}
        {json ? <JsonSummary json={json} marks={marks} /> : <LineText text={text} marks={marks} />}
        {lines > 0 && <Tag>{`+${lines} ${lines === 1 ? 'line' : 'lines'}`}</Tag>}
        {!json && hiddenCharacters > 0 && <Tag>{`+${hiddenCharacters.toLocaleString('en')} characters`}</Tag>}
        {entry.truncated !== undefined && <Tag>{`cut; ${entry.truncated.toLocaleString('en')} bytes in all`}</Tag>}
        {entry.partial && <Tag>not ended yet</Tag>}
        {json && isOpened && <JsonTree json={json} marks={marks} />}
      </div>
    </>
  );
}

function Toggle({ isOpened }: { readonly isOpened: boolean }) {
  return (
    <button
      type="button"
      className={styles['fold']}
      data-action="toggle"
      tabIndex={-1}
      aria-expanded={isOpened}
      aria-label={isOpened ? 'Close' : 'Open'}
    />
  );
}

function Tag({ children }: { readonly children: string }) {
  return <span className={styles['tag']}>{children}</span>;
}
