/** What webhooks and their deliveries are called on this page. */

import type { Webhook, WebhookDelivery } from "../../api/client";
import type { WebhookEventType } from "../../api/schema";
import type { Tone } from "../../documents/status";
import { duration } from "../../words/numbers";

/** Every event, in the order in which they happen. A type of the API that is missing here fails the build. */
export const EVENTS: Record<WebhookEventType, string> = {
  "document.queued": "Document in queue",
  "document.processing": "Reading begins",
  "document.assembling": "All pages read",
  "document.completed": "Document done",
  "document.completed_with_failures": "Document done, some pages failed",
  "document.failed": "Document failed",
  "document.cancelled": "Document cancelled",
  "document.expired": "Upload expired",
  "batch.finished": "Batch finished",
};

export function eventName(event: string): string {
  return event === "ping" ? "Test" : (EVENTS[event as WebhookEventType] ?? event);
}

const DISABLED: Record<NonNullable<Webhook["disabled_reason"]>, string> = {
  by_owner: "It was switched off. What happens meanwhile is not sent later.",
  failing: "It was switched off after five events in a row that could not be delivered.",
  gone: "It was switched off because the address answered that it is gone (410).",
};

/** Why nothing is sent to a webhook; empty when it is. */
export function disabledWords({ disabled_at, disabled_reason }: Webhook): string {
  return disabled_at ? DISABLED[disabled_reason ?? "by_owner"] : "";
}

const ERRORS: Record<string, string> = {
  timeout: "no answer within ten seconds",
  connection_failed: "no connection",
  tls_failed: "no valid certificate",
  host_unknown: "the host is unknown",
  address_refused: "not a public address",
};

interface Standing {
  label: string;
  tone: Tone;
  /** What the address answered, and what follows. */
  more: string;
}

/** Where a delivery stands, at a moment in milliseconds. */
export function standingOf(delivery: WebhookDelivery, now: number): Standing {
  const outcome = outcomeOf(delivery);
  if (delivery.delivered_at) return { label: "Delivered", tone: "good", more: outcome };
  if (delivery.given_up_at) return { label: "Given up", tone: "bad", more: outcome };
  if (delivery.next_attempt_at === null) return { label: "On its way", tone: "busy", more: outcome };
  const left = (Date.parse(delivery.next_attempt_at) - now) / 1_000;
  const next = `next attempt ${left > 60 ? `in ${duration(left)}` : "within a minute or two"}`;
  return { label: "To be tried again", tone: "warn", more: [outcome, next].filter(Boolean).join(", ") };
}

function outcomeOf({ answered, error }: WebhookDelivery): string {
  if (answered !== null) return `answered ${answered}`;
  return error ? (ERRORS[error] ?? error.replaceAll("_", " ")) : "";
}

/** Whether something will still happen by itself. */
export function isUnderway(delivery: WebhookDelivery): boolean {
  return !delivery.delivered_at && !delivery.given_up_at;
}
