import { useRef, useState } from 'react';
import { Fault } from '../app/fault.js';
import { deleteExport, type ChannelExport } from '../gateway/exports.js';
import { useSession } from '../session/session-context.js';
import { ExportItem } from './export-item.js';

interface ExportListProps {
  readonly exports: readonly ChannelExport[];
  /** One was deleted, or was not there any more. */
  readonly onDeleted: () => void;
}

/** The exports that there are, of whatever channel. */
export function ExportList({ exports, onDeleted }: ExportListProps) {
  const { failed } = useSession();
  const heading = useRef<HTMLHeadingElement>(null);
  const [fault, setFault] = useState('');
  const remove = (id: string): void => {
    // The button goes with its export; the keyboard stays in the list.
    heading.current?.focus();
    deleteExport(id)
      .then(
        () => setFault(''),
        (error: unknown) => {
          failed(error);
          setFault(error instanceof Error ? error.message : String(error));
        },
      )
      .finally(onDeleted);
  };
  return (
    <section>
      <h3 ref={heading} tabIndex={-1}>
        Exports
      </h3>
      <Fault text={fault} />
      {exports.length === 0 && <p className="about">There are none yet.</p>}
      <ul className="exports">
        {exports.map((each) => (
          <ExportItem key={each.id} exported={each} onDelete={() => remove(each.id)} />
        ))}
      </ul>
    </section>
  );
}
