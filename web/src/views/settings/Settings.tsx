/** What holds for everybody of the account: whether e-mails are sent, and the usual languages. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ask, type ChangeSettings, type Settings as Chosen } from "../../api/client";
import { announce } from "../../app/announce";
import { hrefTo } from "../../app/routes";
import { useServices } from "../../app/services";
import { Note, Tick } from "../../components/bits";
import { useAction, useView } from "../../components/hooks";
import { Icon } from "../../components/Icon";
import { LANGUAGES_AT_MOST } from "../../uploads/wishes";
import { languageName } from "../../words/languages";

export function Settings() {
  const { api, me } = useServices();
  const chosen = useSignal<Chosen | null>(null);
  const { busy, problem, run } = useAction();
  const heading = useView("Settings", "");
  useEffect(() => {
    void run(async () => {
      chosen.value = await ask(api.GET("/settings"));
    });
  }, []);
  const change = (body: ChangeSettings) =>
    void run(async () => {
      chosen.value = await ask(api.PATCH("/settings", { body }));
      announce("Saved.");
    });
  const languages = chosen.value?.default_languages?.split("+") ?? [];
  const toggle = (code: string) => {
    const left = languages.filter((each) => each !== code);
    const next = left.length < languages.length ? left : [...languages, code];
    change({ default_languages: next.length ? next.join("+") : null });
  };
  return (
    <div class="column">
      <a class="back" href={hrefTo({ view: "documents", filter: "all" })}>
        <Icon name="back" />
        All documents
      </a>
      <h1 ref={heading} tabIndex={-1}>
        Settings
      </h1>
      <p class="lead">They hold for everybody of this account, and are saved at once.</p>
      {problem.value && <Note role="alert">{problem.value}</Note>}
      {chosen.value && (
        <div class="settings">
          <fieldset>
            <legend>E-mail</legend>
            <Tick
              label="Send an e-mail when a document, or all that were uploaded together, are done"
              ticked={!chosen.value.email_opt_out}
              disabled={busy.value}
              onTick={() => change({ email_opt_out: !chosen.value?.email_opt_out })}
            />
          </fieldset>
          {me.value.limits.languages.length > 1 && (
            <fieldset>
              <legend>
                Languages of documents that name none, up to {LANGUAGES_AT_MOST}; none for the usual
              </legend>
              {me.value.limits.languages.map((code) => (
                <Tick
                  key={code}
                  label={languageName(code)}
                  ticked={languages.includes(code)}
                  disabled={
                    busy.value || (!languages.includes(code) && languages.length >= LANGUAGES_AT_MOST)
                  }
                  onTick={() => toggle(code)}
                />
              ))}
            </fieldset>
          )}
        </div>
      )}
      <p>
        <a href={hrefTo({ view: "webhooks" })}>Webhooks</a>: have programs told what becomes of documents.
      </p>
    </div>
  );
}
