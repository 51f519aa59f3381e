import { useEffect, useState } from 'react';
import type { LogModel } from './log-model.js';
import styles from './log.module.css';

/** How often what is new is read out at most: milliseconds. */
const EVERY_MS = 15_000;

/** For screen readers: how many lines have come, now and then, and nothing where none have. */
export function Announcement({ model }: { readonly model: LogModel }) {
  const [text, setText] = useState('');
  useEffect(() => {
    let told = model.arrivals.total;
    const timer = setInterval(() => {
      const count = model.arrivals.total - told;
      told = model.arrivals.total;
      if (count > 0) setText(`${count} new ${count === 1 ? 'line' : 'lines'}`);
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [model]);
  return (
    <p className={styles['unseen']} role="status">
      {text}
    </p>
  );
}
