import { useState, type SubmitEvent } from 'react';
import { HIGHLIGHT_COLOURS, type HighlightPattern } from './highlight-patterns.js';
import { matcherFor } from './matcher.js';
import { Check, Menu } from './menu.js';
import styles from './reading.module.css';

interface HighlightMenuProps {
  readonly patterns: readonly HighlightPattern[];
  readonly onPatterns: (patterns: readonly HighlightPattern[]) => void;
}

/** What is highlighted wherever it stands. */
export function HighlightMenu({ patterns, onPatterns }: HighlightMenuProps) {
  return (
    <Menu label={patterns.length > 0 ? `Highlights: ${patterns.length}` : 'Highlights'} isActive={patterns.length > 0}>
      <ul className={styles['patterns']}>
        {patterns.map((pattern, i) => (
          <li key={`${pattern.colour} ${pattern.text}`}>
            <mark data-highlight={pattern.colour}>{pattern.isPattern ? `/${pattern.text}/` : pattern.text}</mark>
            <button
              type="button"
              className={styles['button']}
              aria-label={`Remove ${pattern.text}`}
              onClick={() => onPatterns(patterns.toSpliced(i, 1))}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      <NewPattern colour={freeColour(patterns)} onAdd={(pattern) => onPatterns([...patterns, pattern])} />
    </Menu>
  );
}

interface NewPatternProps {
  readonly colour: number;
  readonly onAdd: (pattern: HighlightPattern) => void;
}

function NewPattern({ colour, onAdd }: NewPatternProps) {
  const [text, setText] = useState('');
  const [isPattern, setIsPattern] = useState(false);
  const [problem, setProblem] = useState<string>();

  const add = async (): Promise<void> => {
    if (text === '') return;
    try {
      await matcherFor({ text, isPattern, isCaseSensitive: false });
      onAdd({ text, isPattern, colour });
      setText('');
      setProblem(undefined);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    add().catch(() => undefined);
  };

  return (
    <form className={styles['pattern']} onSubmit={onSubmit}>
      <input
        className={styles['field']}
        type="text"
        value={text}
        placeholder="Text to highlight"
        aria-label="Text to highlight"
        aria-invalid={problem !== undefined}
        onChange={(event) => setText(event.target.value)}
      />
      <Check label="Regular expression" isChecked={isPattern} onChange={setIsPattern} />
      {problem !== undefined && (
        <p className={styles['problem']} role="alert">
          {problem}
        </p>
      )}
      <button type="submit" className={styles['button']}>
        Add
      </button>
    </form>
  );
}

/** The first that no pattern has; where all are taken, they are taken in turn. */
function freeColour(patterns: readonly HighlightPattern[]): number {
  const taken = new Set(patterns.map(({ colour }) => colour));
  const free = Array.from({ length: HIGHLIGHT_COLOURS }, (_, i) => i).find((colour) => !taken.has(colour));
  return free ?? patterns.length % HIGHLIGHT_COLOURS;
}
