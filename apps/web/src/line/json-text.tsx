import { compact, isObject, type Json, type JsonLine, type JsonObject } from './json-line.js';
import { LineText } from './line-text.js';
import styles from './line.module.css';
import type { Marks } from './segments.js';

interface JsonProps {
  readonly json: JsonLine;
  readonly marks: Marks;
}

/** JSON on one line: what it says, then its fields. */
export function JsonSummary({ json: { message, fields }, marks }: JsonProps) {
  return (
    <>
      {message !== undefined && <LineText text={message} marks={marks} />}
      {fields.map(([name, value]) => (
        <span key={name}>
          {' '}
          <span className={styles['field']}>
            <LineText text={name} marks={marks} />=
          </span>
          <LineText text={compact(value)} marks={marks} />
        </span>
      ))}
    </>
  );
}

/** JSON with a line for each field. */
export function JsonTree({ json: { all }, marks }: JsonProps) {
  return <Fields of={all} marks={marks} />;
}

function Fields({ of, marks }: { readonly of: JsonObject | readonly Json[]; readonly marks: Marks }) {
  return (
    <ul className={styles['tree']}>
      {Object.entries<Json>(of).map(([name, value]) => (
        <li key={name}>
          <span className={styles['field']}>
            <LineText text={name} marks={marks} />:{' '}
          </span>
          {isBranch(value) ? <Fields of={value} marks={marks} /> : <LineText text={leaf(value)} marks={marks} />}
        </li>
      ))}
    </ul>
  );
}

function isBranch(value: Json): value is JsonObject | readonly Json[] {
  return (isObject(value) || Array.isArray(value)) && Object.keys(value).length > 0;
}

function leaf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
