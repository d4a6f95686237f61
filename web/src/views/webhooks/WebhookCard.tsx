/** One webhook: its address, whether it is told, what can be done, and its deliveries. */

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { ask, type Webhook } from "../../api/client";
import { announce } from "../../app/announce";
import { useServices } from "../../app/services";
import { Note } from "../../components/bits";
import { Dialog } from "../../components/Dialog";
import { useAction } from "../../components/hooks";
import { Icon } from "../../components/Icon";
import { moment } from "../../words/numbers";
import { Deliveries } from "./Deliveries";
import { disabledWords, eventName } from "./words";

interface Props {
  webhook: Webhook;
  children: ComponentChildren;
  onChanged(changed: Webhook): void;
  onRemoved(id: string): void;
  onSecret(secret: string): void;
}

export function WebhookCard({ webhook, children, onChanged, onRemoved, onSecret }: Props) {
  const { api } = useServices();
  const { busy, problem, run } = useAction();
  const tests = useSignal(0);
  const on = webhook.disabled_at === null;
  const params = { path: { webhook_id: webhook.webhook_id } };
  const test = () =>
    run(async () => {
      await ask(api.POST("/webhooks/{webhook_id}/test", { params }));
      announce("A test is on its way. What comes of it stands among the deliveries.");
      tests.value += 1;
    });
  const turn = () =>
    run(async () => {
      onChanged(await ask(api.PATCH("/webhooks/{webhook_id}", { params, body: { enabled: !on } })));
      announce(on ? "Nothing more is sent to it." : "It is told again from now on.");
    });
  const renew = () =>
    run(async () => {
      const { secret, ...changed } = await ask(api.POST("/webhooks/{webhook_id}/secret", { params }));
      onChanged(changed);
      onSecret(secret);
    });
  return (
    <article class="panel webhook" aria-label={webhook.url}>
      <div class="webhook-head">
        <h2>{webhook.url}</h2>
        <span class={`pill ${on ? "good" : "warn"}`}>{on ? "On" : "Off"}</span>
      </div>
      <p class="webhook-events">{webhook.events?.map(eventName).join(" · ") ?? "All events"}</p>
      {webhook.former_secret_until && (
        <p class="webhook-events">
          Until {moment(webhook.former_secret_until)} the former secret signs as well.
        </p>
      )}
      {!on && <Note tone="warn">{disabledWords(webhook)}</Note>}
      {children}
      {problem.value && <Note role="alert">{problem.value}</Note>}
      <div class="webhook-actions">
        <button type="button" class="button" disabled={busy.value || !on} onClick={test}>
          Send a test
        </button>
        <button type="button" class="button" disabled={busy.value} onClick={turn}>
          {on ? "Switch off" : "Switch on"}
        </button>
        <button type="button" class="button" disabled={busy.value} onClick={renew}>
          New secret
        </button>
        <RemoveButton webhook={webhook} onRemoved={onRemoved} />
      </div>
      <Deliveries id={webhook.webhook_id} on={on} tests={tests.value} />
    </article>
  );
}

function RemoveButton({ webhook, onRemoved }: Pick<Props, "webhook" | "onRemoved">) {
  const { api } = useServices();
  const asked = useSignal(false);
  const removed = useSignal(false);
  const { problem, run } = useAction();
  const params = { path: { webhook_id: webhook.webhook_id } };
  const remove = async () => {
    await run(() => ask(api.DELETE("/webhooks/{webhook_id}", { params })));
    if (problem.peek()) throw new Error(problem.peek() ?? "");
    removed.value = true;
    announce("The webhook is removed.");
  };
  return (
    <>
      <button
        type="button"
        class="button quiet"
        onClick={() => {
          asked.value = true;
        }}
      >
        <Icon name="trash" />
        Remove
      </button>
      {asked.value && (
        <Dialog
          title="Remove this webhook?"
          confirm="Remove"
          onConfirm={remove}
          onClose={() => {
            asked.value = false;
            // Not before: an open dialog keeps the focus.
            if (removed.value) onRemoved(webhook.webhook_id);
          }}
        >
          <p>
            <b>{webhook.url}</b> is told nothing more, not even what is on its way, and the record of its
            deliveries goes.
          </p>
          {problem.value && <Note role="alert">{problem.value}</Note>}
        </Dialog>
      )}
    </>
  );
}
