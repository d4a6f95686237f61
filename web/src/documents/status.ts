/** What the states of a document mean on this page. */

import type { Document } from "../api/client";
import type { DocumentStatus } from "../api/schema";

export type Tone = "idle" | "busy" | "good" | "warn" | "bad";

interface Meaning {
  label: string;
  tone: Tone;
}

const MEANING: Record<DocumentStatus, Meaning> = {
  awaiting_upload: { label: "Waiting for upload", tone: "idle" },
  queued: { label: "In queue", tone: "idle" },
  processing: { label: "Reading", tone: "busy" },
  assembling: { label: "Putting together", tone: "busy" },
  completed: { label: "Done", tone: "good" },
  completed_with_failures: { label: "Done, some pages failed", tone: "warn" },
  failed: { label: "Failed", tone: "bad" },
  cancelled: { label: "Cancelled", tone: "idle" },
  expired: { label: "Upload expired", tone: "idle" },
};

export const UNFINISHED = [
  "awaiting_upload",
  "queued",
  "processing",
  "assembling",
] as const satisfies DocumentStatus[];

export type Filter = "all" | "active" | "done" | "attention";

export const FILTERS: Record<Filter, { label: string; statuses: readonly DocumentStatus[] }> = {
  all: { label: "All", statuses: [] },
  active: { label: "In progress", statuses: UNFINISHED },
  done: { label: "Done", statuses: ["completed", "completed_with_failures"] },
  attention: { label: "Needs attention", statuses: ["failed", "completed_with_failures", "expired"] },
};

export function meaningOf(document: Document): Meaning {
  if (document.status === "awaiting_upload" && document.uploaded_at)
    return { label: "Checking the file", tone: "busy" };
  return MEANING[document.status];
}

/** How long a file may be on its way before somebody should wonder, milliseconds. */
const LATE_MS = 60_000;

/** Whether a file that this window does not send has not come for a while: its upload was interrupted, most likely. */
export function isLate(document: Document, now: number): boolean {
  const waits = document.status === "awaiting_upload" && !document.uploaded_at;
  return waits && now - Date.parse(document.created_at) > LATE_MS;
}

export function labelOf(status: string): string {
  return MEANING[status as DocumentStatus]?.label ?? status.replaceAll("_", " ");
}

export function isFinal(status: DocumentStatus): boolean {
  return !(UNFINISHED as readonly string[]).includes(status);
}

export function matches(document: Document, filter: Filter): boolean {
  const { statuses } = FILTERS[filter];
  return statuses.length === 0 || statuses.includes(document.status);
}

/** Whether its whole text and its searchable PDF exist. */
export function hasResult(document: Document): boolean {
  return document.status === "completed" || document.status === "completed_with_failures";
}

export function canCancel(document: Document): boolean {
  return !isFinal(document.status);
}
