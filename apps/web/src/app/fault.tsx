/** What went wrong, read out as soon as it is there; empty while nothing did. */
export function Fault({ text }: { readonly text: string | undefined }) {
  return (
    <p className="fault" role="alert">
      {text}
    </p>
  );
}
