/** A range of seconds as people would say it: rounded as coarsely as it is uncertain. */

import type { Document } from "../api/client";

export interface Range {
  earliest_s: number;
  latest_s: number;
}

const MINUTE = 60;
const HOUR = 3_600;

/**
 * What is left of a range.
 *
 * @param elapsed seconds since the range was told.
 */
export function etaWords(range: Range, elapsed = 0): string {
  const earliest = Math.max(0, range.earliest_s - elapsed);
  const latest = range.latest_s - elapsed;
  // Longer than promised: the promise is not repeated.
  if (latest <= 0) return "any moment now";
  if (latest <= 12) return "a few seconds left";
  if (latest < 100) return between(ceilTo(earliest, 5), ceilTo(latest, 10), "second");
  if (latest < 90 * MINUTE)
    return between(Math.round(earliest / MINUTE), Math.ceil(latest / MINUTE), "minute");
  return between(Math.round(earliest / HOUR), Math.ceil(latest / HOUR), "hour");
}

function ceilTo(seconds: number, step: number): number {
  return Math.ceil(seconds / step) * step;
}

function between(low: number, high: number, unit: string): string {
  const units = high === 1 ? unit : `${unit}s`;
  if (low >= high) return `about ${high} ${units} left`;
  if (low === 0) return high === 1 ? `less than a ${unit} left` : `up to ${high} ${units} left`;
  return `${low}–${high} ${units} left`;
}

/** What a document's row says of its progress, in one line; empty when there is nothing to say. */
export function progressWords(document: Document, elapsed: number): string {
  const eta = document.eta ? etaWords(document.eta, elapsed) : "";
  switch (document.status) {
    case "queued": {
      const place = document.queue_position ? `#${document.queue_position} in queue` : "in queue";
      return [place, eta].filter(Boolean).join(" · ");
    }
    case "processing":
      return [pagesWords(document), eta].filter(Boolean).join(" · ");
    case "assembling":
      return ["Making the searchable PDF", eta].filter(Boolean).join(" · ");
    default:
      return "";
  }
}

function pagesWords(document: Document): string {
  if (!document.page_count) return "";
  const finished = document.pages_done + document.pages_failed;
  return `page ${Math.min(finished + 1, document.page_count)} of ${document.page_count}`;
}
