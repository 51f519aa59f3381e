import { memo, type CSSProperties } from 'react';
import type { Span } from './ansi.js';
import { withMarks } from './marked-characters.js';
import { segmentsOf, type Marks, type Segment } from './segments.js';
import styles from './line.module.css';

/** Text of a line in its colours, with what is searched for and what is highlighted. Nothing in it is ever markup. */
export const LineText = memo(function LineText({ text, marks }: { readonly text: string; readonly marks: Marks }) {
  return segmentsOf(text, marks).map((segment, i) => <SegmentText key={i} segment={segment} />);
});

function SegmentText({ segment }: { readonly segment: Segment }) {
  const { style, isFound, highlight } = segment;
  const parts = withMarks(segment.text).map(({ text, isMark }, i) =>
    isMark ? (
      <span key={i} className={styles['control']}>
        {text}
      </span>
    ) : (
      text
    ),
  );
  if (isFound) return <mark className={styles['found']}>{parts}</mark>;
  if (highlight !== undefined) return <mark data-highlight={highlight}>{parts}</mark>;
  if (isPlain(style)) return parts;
  return (
    <span className={groundOf(style)} style={cssOf(style)}>
      {parts}
    </span>
  );
}

function isPlain({ text: _, ...style }: Span): boolean {
  return Object.keys(style).length === 0;
}

/** A colour without a ground is brought into contrast with the page's, a ground without a colour gets one; both are as they were meant. */
function groundOf({ colour, background }: Span): string | undefined {
  if (colour !== undefined && background === undefined) return styles['coloured'];
  return colour === undefined && background !== undefined ? styles['inked'] : undefined;
}

function cssOf({ colour, background, isBold, isDim, isItalic, isUnderlined, isStruck }: Span): CSSProperties {
  const lines = [isUnderlined && 'underline', isStruck && 'line-through'].filter((line) => typeof line === 'string');
  return {
    ...(colour !== undefined && { '--colour': colour }),
    ...(background !== undefined && { '--own-ground': background }),
    ...(colour !== undefined && background !== undefined && { color: colour, background }),
    ...(isBold && { fontWeight: 600 }),
    ...(isDim && { opacity: 0.75 }),
    ...(isItalic && { fontStyle: 'italic' }),
    ...(lines.length > 0 && { textDecoration: lines.join(' ') }),
  };
}
