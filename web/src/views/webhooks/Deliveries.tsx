/** What was sent to a webhook, and what it answered; looked at again while something is under way. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ask, type WebhookDelivery } from "../../api/client";
import { announce } from "../../app/announce";
import { now } from "../../app/clock";
import { hrefTo } from "../../app/routes";
import { useServices } from "../../app/services";
import { Note } from "../../components/bits";
import { useAction } from "../../components/hooks";
import { Icon } from "../../components/Icon";
import { ago, count, moment } from "../../words/numbers";
import { eventName, isUnderway, standingOf } from "./words";

const EVERY_MS = 3_000;
const PAGE = 10;

interface Props {
  id: string;
  /** Whether the webhook is on: nothing is sent again to one that is off. */
  on: boolean;
  /** How often a test was sent: each opens the list. */
  tests: number;
}

export function Deliveries({ id, on, tests }: Props) {
  const { api } = useServices();
  const open = useSignal(false);
  const shown = useSignal(PAGE);
  const deliveries = useSignal<readonly WebhookDelivery[] | null>(null);
  const more = useSignal(false);
  const looking = useAction();
  const sending = useAction();
  const load = () =>
    looking.run(async () => {
      const params = { path: { webhook_id: id }, query: { limit: shown.peek() } };
      const found = await ask(api.GET("/webhooks/{webhook_id}/deliveries", { params }));
      deliveries.value = found.deliveries;
      more.value = found.next_cursor !== null;
    });
  useEffect(() => {
    if (tests) open.value = true;
  }, [tests]);
  useEffect(() => {
    if (!open.value) return;
    void load();
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") void load();
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [open.value, shown.value, tests]);
  const again = (event: string) =>
    sending.run(async () => {
      const params = { path: { webhook_id: id, event_id: event } };
      await ask(api.POST("/webhooks/{webhook_id}/deliveries/{event_id}/redeliver", { params }));
      announce("It is sent again.");
      await load();
    });
  const problem = sending.problem.value ?? looking.problem.value;
  return (
    <details
      class="options deliveries"
      open={open.value}
      onToggle={(event) => {
        open.value = event.currentTarget.open;
      }}
    >
      <summary>Deliveries</summary>
      {problem && <Note role="alert">{problem}</Note>}
      {deliveries.value?.length === 0 && <p class="panel-none">Nothing was sent in the last 30 days.</p>}
      <ul>
        {deliveries.value?.map((delivery) => (
          <Row
            key={delivery.event_id}
            delivery={delivery}
            onAgain={on && !isUnderway(delivery) ? () => void again(delivery.event_id) : null}
          />
        ))}
      </ul>
      {more.value && shown.value < 200 && (
        <button
          type="button"
          class="button"
          onClick={() => {
            shown.value = Math.min(200, shown.value * 3);
          }}
        >
          Show more deliveries
        </button>
      )}
    </details>
  );
}

function Row({ delivery, onAgain }: { delivery: WebhookDelivery; onAgain: (() => void) | null }) {
  const { label, tone, more } = standingOf(delivery, now.value);
  const name = eventName(delivery.event);
  const facts = [more, delivery.attempts ? count(delivery.attempts, "attempt") : ""].filter(Boolean);
  return (
    <li class="delivery" data-testid="delivery">
      <div>
        {delivery.document_id ? (
          <a href={hrefTo({ view: "document", id: delivery.document_id, page: null, query: "" })}>{name}</a>
        ) : (
          <b>{name}</b>
        )}
        <p class="delivery-facts">
          {facts.length > 0 && `${facts.join(" · ")} · `}
          <time dateTime={delivery.created_at} title={moment(delivery.created_at)}>
            {ago(delivery.created_at, now.value)}
          </time>
        </p>
      </div>
      <span class={`pill ${tone}`}>{label}</span>
      {onAgain && (
        <button type="button" class="button quiet" aria-label={`Send again: ${name}`} onClick={onAgain}>
          <Icon name="retry" />
          Send again
        </button>
      )}
    </li>
  );
}
