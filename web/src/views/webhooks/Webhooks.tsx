/** Webhooks: addresses of programs that are told what happens, and what came of telling them. */

import "../../styles/webhooks.css";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ask, type Webhook } from "../../api/client";
import { hrefTo } from "../../app/routes";
import { useServices } from "../../app/services";
import { Empty, Note } from "../../components/bits";
import { useAction, useView } from "../../components/hooks";
import { Icon } from "../../components/Icon";
import { AddWebhook } from "./AddWebhook";
import { Secret } from "./Secret";
import { WebhookCard } from "./WebhookCard";

export interface Shown {
  readonly id: string;
  readonly secret: string;
}

export function Webhooks() {
  const { api } = useServices();
  const webhooks = useSignal<readonly Webhook[] | null>(null);
  const shown = useSignal<Shown | null>(null);
  const { problem, run } = useAction();
  const heading = useView("Webhooks", "");
  const load = () =>
    run(async () => {
      webhooks.value = (await ask(api.GET("/webhooks"))).webhooks;
    });
  useEffect(() => void load(), []);
  const put = (changed: Webhook) => {
    const others = webhooks.peek() ?? [];
    const known = others.some((each) => each.webhook_id === changed.webhook_id);
    webhooks.value = known
      ? others.map((each) => (each.webhook_id === changed.webhook_id ? changed : each))
      : [...others, changed];
  };
  const remove = (id: string) => {
    webhooks.value = (webhooks.peek() ?? []).filter((each) => each.webhook_id !== id);
    heading.current?.focus();
  };
  return (
    <div class="column">
      <a class="back" href={hrefTo({ view: "settings" })}>
        <Icon name="back" />
        Settings
      </a>
      <h1 ref={heading} tabIndex={-1}>
        Webhooks
      </h1>
      <p class="lead">
        Addresses of your programs that are told what becomes of documents, by signed requests. They hold ids
        and counts, never a name or a word of a document.
      </p>
      {problem.value && (
        <Note role="alert">
          <p>{problem.value}</p>
          <button type="button" class="button" onClick={load}>
            Try again
          </button>
        </Note>
      )}
      <AddWebhook
        onAdded={({ secret, ...webhook }) => {
          put(webhook);
          shown.value = { id: webhook.webhook_id, secret };
        }}
      />
      {webhooks.value?.length === 0 && <Empty title="Nobody is told yet" />}
      <ul class="webhooks">
        {webhooks.value?.map((webhook) => (
          <li key={webhook.webhook_id} data-testid="webhook">
            <WebhookCard
              webhook={webhook}
              onChanged={put}
              onRemoved={remove}
              onSecret={(secret) => {
                shown.value = { id: webhook.webhook_id, secret };
              }}
            >
              {shown.value?.id === webhook.webhook_id && <Secret secret={shown.value.secret} />}
            </WebhookCard>
          </li>
        ))}
      </ul>
    </div>
  );
}
