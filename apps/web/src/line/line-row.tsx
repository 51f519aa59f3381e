import type { Entry } from '@tailgate/client';
import { channelShortName } from '@tailgate/protocol';
import { memo } from 'react';
import type { ViewOptions } from '../reading/view-options.js';
import { epochText, gapText, noticeText } from './event-text.js';
import type { Line } from './line.js';
import { LogText } from './log-text.js';
import styles from './line.module.css';
import type { Marks } from './segments.js';
import { fullTime, timestamp } from './timestamp.js';

export interface LineRowProps {
  readonly line: Line;
  readonly options: ViewOptions;
  readonly marks: Marks;
  /** Which of several channels it is of, from 0 on; `undefined` where there is but one. */
  readonly lane: number | undefined;
  /** The address of the line; `undefined` for what has none of its own. */
  readonly href: string | undefined;
  readonly isMarked: boolean;
  readonly isSelected: boolean;
  /** The keyboard is on it. */
  readonly isCurrent: boolean;
  readonly isFresh: boolean;
  readonly isOpened: boolean;
  /** Lines that are folded into this one, or are when it is closed. */
  readonly folded: number;
  /** For times that are relative; changes only where they are. Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** One row of the log. What is done to it is heard by the log, by `data-ordinal` and `data-action`. */
export const LineRow = memo(function LineRow(props: LineRowProps) {
  const { line, options, marks, lane, isMarked, isSelected, isCurrent, isFresh, isOpened, folded } = props;
  const { entry } = line;
  return (
    <div
      className={isFresh ? `${styles['row']} ${styles['fresh']}` : styles['row']}
      role="listitem"
      tabIndex={isCurrent ? 0 : -1}
      data-ordinal={line.ordinal}
      data-level={line.level}
      data-type={entry.type}
      data-marked={isMarked || undefined}
      data-selected={isSelected || undefined}
    >
      <Gutter {...props} />
      {lane !== undefined && (
        <span className={styles['channel']} data-lane={lane} title={entry.channel}>
          {channelShortName(entry.channel)}
        </span>
      )}
      {entry.type === 'log' ? (
        <LogText entry={entry} options={options} marks={marks} isOpened={isOpened} folded={folded} />
      ) : (
        <div className={styles['remark']}>{remarkOf(entry)}</div>
      )}
    </div>
  );
});

function Gutter({ line: { entry }, options, href, now }: LineRowProps) {
  const time = entry.type === 'log' || entry.type === 'notice' ? entry.time : undefined;
  const seq = entry.position.slice(entry.position.indexOf('-') + 1);
  const content = (
    <>
      {href !== undefined && <span className={styles['unseen']}>Line {!options.numbers && seq} </span>}
      {options.numbers && <span className={styles['number']}>{href !== undefined && seq}</span>}
      {options.time !== 'none' && (
        <time className={styles['time']} title={time === undefined ? undefined : fullTime(time)}>
          {time !== undefined && <Time text={timestamp(time, options.time, now)} />}
        </time>
      )}
    </>
  );
  if (href === undefined) return <span className={styles['gutter']}>{content}</span>;
  return (
    <a className={styles['gutter']} href={href} data-action="link" tabIndex={-1}>
      {content}
    </a>
  );
}

/** Where there is little room, without fractions of a second. */
function Time({ text }: { readonly text: string }) {
  const point = text.indexOf('.');
  if (point < 0) return text;
  return (
    <>
      {text.slice(0, point)}
      <span className={styles['fraction']}>{text.slice(point)}</span>
    </>
  );
}

function remarkOf(entry: Exclude<Entry, { type: 'log' }>): string {
  switch (entry.type) {
    case 'notice':
      return noticeText(entry);
    case 'gap':
      return gapText(entry);
    case 'epoch':
      return epochText(entry);
  }
}
