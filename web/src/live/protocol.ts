/** What travels over the WebSocket. Contract: docs/web.md. */

import type { Document } from "../api/client";

/** The changing fields of a document; never its filename. `revision` is the sequence number. */
export type Delta = Pick<Document, "document_id" | "revision"> &
  Partial<
    Pick<
      Document,
      | "status"
      | "stage"
      | "retryable"
      | "page_count"
      | "pages_done"
      | "pages_failed"
      | "queue_position"
      | "eta"
      | "code"
      | "message"
      | "mean_confidence"
      | "cost_usd"
    >
  >;

/** What is new. While `complete` is false there is more: ask again, naming what was told. */
export interface Snapshot {
  type: "snapshot";
  documents: Document[];
  /** Documents that were named and exist no more. */
  gone?: string[];
  complete: boolean;
}

export type ServerMessage =
  | Snapshot
  | ({ type: "document" } & Delta)
  | { type: "gone"; document_id: string }
  | { type: "pong" };

export type ClientMessage = { action: "sync"; known: Record<string, number> } | { action: "ping" };

/** The message in a frame, or null for one that is not of this contract. */
export function parse(frame: unknown): ServerMessage | null {
  if (typeof frame !== "string") return null;
  let message: { type?: unknown } | null;
  try {
    message = JSON.parse(frame);
  } catch {
    return null;
  }
  switch (message?.type) {
    case "snapshot":
    case "document":
    case "gone":
    case "pong":
      return message as ServerMessage;
    default:
      return null;
  }
}
