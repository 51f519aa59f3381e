import { useEffect } from 'react';

/** The document's title; empty: the product's name alone. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title === '' ? 'Tailgate' : `${title} · Tailgate`;
  }, [title]);
}
