/** How sure the reader was of a word or a page. */

import type { Document } from "../api/client";
import { hasResult } from "../documents/status";
import { percent } from "./numbers";

export type Sureness = "sure" | "unsure" | "poor";

/** Below this a word is worth a second look, and counted by the API as one to check; below the other it is likely wrong. Tesseract's scale, 0-100. */
const UNSURE = 80;
const POOR = 60;

export function surenessOf(confidence: number): Sureness {
  if (confidence < POOR) return "poor";
  return confidence < UNSURE ? "unsure" : "sure";
}

/** How sure the reader was of a whole document; empty while nothing of it was put together. */
export function sureWords(document: Document): string {
  if (document.mean_confidence !== null) return `${percent(document.mean_confidence)} sure`;
  return hasResult(document) ? "no words found" : "";
}

/**
 * The next word that the reader was not sure of, as an index; null when there is none.
 *
 * @param after where to go on from; null for the first or last word.
 */
export function nextUnsure(
  words: readonly { confidence: number }[],
  after: number | null,
  step: 1 | -1,
): number | null {
  let index = after === null ? (step === 1 ? 0 : words.length - 1) : after + step;
  for (; words[index]; index += step) {
    if (surenessOf(words[index]?.confidence ?? 100) !== "sure") return index;
  }
  return null;
}
