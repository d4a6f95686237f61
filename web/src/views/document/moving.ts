/** Going from word to word by keyboard. */

import type { Word } from "../../api/client";

/** Which word a key leads to; null for a key that leads nowhere. */
export function moved(key: string, from: number | null, words: readonly Word[]): number | null {
  if (words.length === 0) return null;
  const last = words.length - 1;
  const line = (step: 1 | -1) => {
    const here = from ?? 0;
    let at = here;
    while (words[at] && words[at]?.line === words[here]?.line) at += step;
    return words[at] ? at : here;
  };
  switch (key) {
    case "ArrowRight":
      return Math.min(last, (from ?? -1) + 1);
    case "ArrowLeft":
      return Math.max(0, (from ?? 1) - 1);
    case "ArrowDown":
      return from === null ? 0 : line(1);
    case "ArrowUp":
      return from === null ? 0 : line(-1);
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return null;
  }
}
