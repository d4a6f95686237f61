/** The form by which a webhook is added. */

import { useSignal } from "@preact/signals";
import { ask, type WebhookWithSecret } from "../../api/client";
import type { WebhookEventType } from "../../api/schema";
import { announce } from "../../app/announce";
import { useServices } from "../../app/services";
import { Note, Tick } from "../../components/bits";
import { useAction } from "../../components/hooks";
import { Icon } from "../../components/Icon";
import { EVENTS } from "./words";

const NAMES = Object.keys(EVENTS) as WebhookEventType[];

export function AddWebhook({ onAdded }: { onAdded(added: WebhookWithSecret): void }) {
  const { api } = useServices();
  const url = useSignal("");
  const chosen = useSignal<readonly WebhookEventType[]>([]);
  const { busy, problem, run } = useAction();
  const toggle = (event: WebhookEventType) => {
    const left = chosen.value.filter((each) => each !== event);
    chosen.value = left.length < chosen.value.length ? left : [...chosen.value, event];
  };
  const add = (event: SubmitEvent) => {
    event.preventDefault();
    void run(async () => {
      const events = chosen.value.length ? { events: [...chosen.value] } : {};
      const added = await ask(api.POST("/webhooks", { body: { url: url.value.trim(), ...events } }));
      url.value = "";
      chosen.value = [];
      announce("The webhook is added. Keep its secret: it is shown this once.");
      onAdded(added);
    });
  };
  return (
    <form class="panel add-webhook" onSubmit={add} aria-labelledby="add-webhook">
      <h2 id="add-webhook">Add a webhook</h2>
      <label>
        Address
        <input
          type="url"
          name="url"
          required
          maxLength={2_000}
          placeholder="https://clinic.example/docpipe"
          autocomplete="off"
          spellcheck={false}
          value={url.value}
          onInput={(event) => {
            url.value = event.currentTarget.value;
          }}
        />
      </label>
      <details class="options">
        <summary>
          Events
          <span class="options-told">: {chosen.value.length ? `${chosen.value.length} chosen` : "all"}</span>
        </summary>
        <fieldset class="options-body">
          <legend class="unseen">Events that it is told of; none chosen for all</legend>
          {NAMES.map((event) => (
            <Tick
              key={event}
              label={EVENTS[event]}
              ticked={chosen.value.includes(event)}
              onTick={() => toggle(event)}
            />
          ))}
        </fieldset>
      </details>
      {problem.value && <Note role="alert">{problem.value}</Note>}
      <button type="submit" class="button primary" disabled={busy.value}>
        <Icon name="plus" />
        Add
      </button>
    </form>
  );
}
