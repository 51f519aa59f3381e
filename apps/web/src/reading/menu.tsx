import { useId, type ReactNode } from 'react';
import styles from './reading.module.css';

interface MenuProps {
  readonly label: string;
  /** Something is chosen in it that one should know of. */
  readonly isActive?: boolean;
  readonly children: ReactNode;
}

/** A button that shows more: the browser opens and closes it, and brings the keyboard back. */
export function Menu({ label, isActive = false, children }: MenuProps) {
  const id = useId();
  return (
    <>
      <button type="button" className={styles['button']} popoverTarget={id} data-active={isActive || undefined}>
        {label}
        <span className={styles['arrow']} aria-hidden="true">
          {' '}
          ▾
        </span>
      </button>
      <div id={id} popover="auto" className={styles['menu']} role="group" aria-label={label}>
        {children}
      </div>
    </>
  );
}

interface CheckProps {
  readonly label: string;
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
  /** A mark beside the label. */
  readonly children?: ReactNode;
}

export function Check({ label, isChecked, onChange, children }: CheckProps) {
  return (
    <label className={styles['choice']}>
      <input type="checkbox" checked={isChecked} onChange={(event) => onChange(event.target.checked)} />
      {children}
      {label}
    </label>
  );
}
