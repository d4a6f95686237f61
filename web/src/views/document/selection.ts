/** The word that is pointed at, on whichever side: one at a time for the whole document. */

import { signal } from "@preact/signals";

export interface Pointed {
  page: number;
  word: number;
}

export class Selection {
  /** Under the pointer. */
  readonly hovered = signal<Pointed | null>(null);
  /** Chosen by keyboard or click; it stays. */
  readonly chosen = signal<Pointed | null>(null);

  /** The chosen word of a page, or null. Reading it subscribes. */
  chosenOn(page: number): number | null {
    const chosen = this.chosen.value;
    return chosen?.page === page ? chosen.word : null;
  }

  hoveredOn(page: number): number | null {
    const hovered = this.hovered.value;
    return hovered?.page === page ? hovered.word : null;
  }
}

/** The index of the word that an event is about, or null. */
export function wordOf(event: Event): number | null {
  const element = (event.target as Element | null)?.closest?.("[data-w]");
  const index = element?.getAttribute("data-w");
  return index == null ? null : Number(index);
}
