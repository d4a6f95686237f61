import { describe, expect, it } from "vitest";
import type { Webhook, WebhookDelivery } from "../src/api/client";
import { disabledWords, eventName, isUnderway, standingOf } from "../src/views/webhooks/words";

const NOW = Date.parse("2026-11-25T10:00:00Z");

function delivery(change: Partial<WebhookDelivery> = {}): WebhookDelivery {
  return {
    event_id: "e",
    event: "document.completed",
    document_id: "d",
    attempts: 1,
    answered: null,
    error: null,
    created_at: "2026-11-25T09:00:00Z",
    next_attempt_at: null,
    delivered_at: null,
    given_up_at: null,
    ...change,
  };
}

describe("deliveries", () => {
  it.each([
    [{ attempts: 0 }, "On its way", ""],
    [{ answered: 204, delivered_at: "2026-11-25T09:00:01Z" }, "Delivered", "answered 204"],
    [{ error: "timeout", given_up_at: "2026-11-25T09:00:01Z" }, "Given up", "no answer within ten seconds"],
    [
      { answered: 500, next_attempt_at: "2026-11-25T10:05:00Z" },
      "To be tried again",
      "answered 500, next attempt in 5 min",
    ],
    [
      { error: "something_new", next_attempt_at: "2026-11-25T09:59:00Z" },
      "To be tried again",
      "something new, next attempt within a minute or two",
    ],
  ])("%o", (change, label, more) => {
    expect(standingOf(delivery(change), NOW)).toMatchObject({ label, more });
  });

  it("are under way until they arrived or were given up", () => {
    expect(isUnderway(delivery({ next_attempt_at: "2026-11-25T10:05:00Z" }))).toBe(true);
    expect(isUnderway(delivery({ given_up_at: "2026-11-25T09:00:01Z" }))).toBe(false);
  });

  it("have names, also those of which this page has not heard", () => {
    expect([eventName("ping"), eventName("batch.finished"), eventName("new.one")]).toEqual([
      "Test",
      "Batch finished",
      "new.one",
    ]);
  });
});

describe("webhooks", () => {
  it("say why they are off", () => {
    const on = { disabled_at: null, disabled_reason: null } as Webhook;
    expect(disabledWords(on)).toBe("");
    expect(disabledWords({ ...on, disabled_at: "2026-11-25T09:00:00Z", disabled_reason: "gone" })).toMatch(
      "410",
    );
  });
});
