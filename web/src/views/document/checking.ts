/** Going through the words that the reader was not sure of, over all pages, loaded or not. */

import { computed, effect, signal } from "@preact/signals";
import { announce } from "../../app/announce";
import type { Pages } from "../../documents/pages";
import { nextUnsure } from "../../words/confidence";
import type { Selection } from "./selection";

export type Step = 1 | -1;

export class Checking {
  /** How many there are on the pages that have been read. */
  readonly total = computed(() => {
    let words = 0;
    for (const page of this.pages.outline.value.values()) words += page.words_to_check;
    return words;
  });
  /** A page that was gone to, and is not here yet. */
  readonly #coming = signal<{ page: number; step: Step } | null>(null);

  constructor(
    private readonly pages: Pages,
    private readonly selection: Selection,
    /** Bring a page to where it is seen, and so have it loaded. */
    private readonly show: (page: number) => void,
  ) {}

  /** Choose the next one, on this page or on the next that has one. */
  go(step: Step, from: number): void {
    const chosen = this.selection.chosen.peek();
    const words = this.pages.get(from)?.words ?? [];
    const begun = chosen?.page === from;
    if (
      (begun || words.length > 0) &&
      this.#choose(from, nextUnsure(words, begun ? chosen.word : null, step))
    )
      return;
    const page = this.#nextPage(step, from, words.length === 0 && !begun);
    if (page === null) {
      announce(`There is no ${step === 1 ? "further" : "earlier"} word to check.`);
      return;
    }
    this.show(page);
    this.#coming.value = { page, step };
  }

  /** Choose on the page that was gone to, once it is here. Returns how to stop that. */
  follow(): () => void {
    return effect(() => {
      const coming = this.#coming.value;
      const words = coming && this.pages.get(coming.page)?.words;
      if (!coming || !words) return;
      this.#coming.value = null;
      this.#choose(coming.page, nextUnsure(words, null, coming.step));
    });
  }

  #choose(page: number, index: number | null): boolean {
    const word = index === null ? undefined : this.pages.get(page)?.words[index];
    if (index === null || !word) return false;
    this.#coming.value = null;
    this.selection.chosen.value = { page, word: index };
    announce(`Page ${page}: ${word.text}, ${Math.round(word.confidence)}% sure`);
    return true;
  }

  /** The nearest page with words to check, itself included when it has not been looked through. */
  #nextPage(step: Step, from: number, itself: boolean): number | null {
    let nearest: number | null = null;
    for (const [number, page] of this.pages.outline.peek()) {
      const ahead = (number - from) * step;
      if (page.words_to_check === 0 || ahead < 0 || (ahead === 0 && !itself)) continue;
      if (nearest === null || ahead < (nearest - from) * step) nearest = number;
    }
    return nearest;
  }
}
