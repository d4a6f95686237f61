/** What a screen reader is told of what happens by itself. */

import { signal } from "@preact/signals";

export const announcement = signal("");

let last: ReturnType<typeof setTimeout> | undefined;

/** Say a sentence, politely. The same sentence said again is read again. */
export function announce(words: string): void {
  announcement.value = "";
  clearTimeout(last);
  last = setTimeout(() => {
    announcement.value = words;
  }, 60);
}
