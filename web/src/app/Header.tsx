/** The top of every view: home, search, the state of the connection, and the account. */

import { useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { ask } from "../api/client";
import { Icon } from "../components/Icon";
import { SearchField } from "../components/SearchField";
import type { Connection } from "../live/live";
import { announce } from "./announce";
import { helpShown } from "./KeysHelp";
import { go, hrefTo, route } from "./routes";
import { useServices } from "./services";
import { type Theme, theme } from "./theme";

const CONNECTION: Record<Connection, { label: string; more: string }> = {
  connecting: { label: "Connecting", more: "Connecting for live updates" },
  live: { label: "Live", more: "Changes show at once" },
  polling: { label: "Every few seconds", more: "No live connection; the page asks every few seconds" },
  offline: { label: "Offline", more: "There is no connection; the page goes on by itself when it is back" },
};

export function Header() {
  const { me } = useServices();
  return (
    <header class="top">
      <div class="top-inner">
        <a class="brand" href={hrefTo({ view: "documents", filter: "all" })}>
          <Mark />
          <span>Docpipe</span>
        </a>
        <SearchBox />
        <div class="top-end">
          <ConnectionState />
          {me.value.role === "admin" && (
            <a
              class="button quiet"
              href={hrefTo({ view: "operator" })}
              aria-current={route.value.view === "operator" ? "page" : undefined}
            >
              <Icon name="gauge" />
              <span class="wide-only">Operator</span>
            </a>
          )}
          <Account />
        </div>
      </div>
    </header>
  );
}

function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect class="mark-ground" width="32" height="32" rx="9" />
      <path class="mark-page" d="M10 7h8l5 5v13H10z" />
      <path class="mark-lines" d="M13 14.500h7M13 21.500h4" />
      <path class="mark-beam" d="M6 18h20" />
    </svg>
  );
}

function SearchBox() {
  const at = route.value;
  const everywhere = at.view === "search" && !at.within ? at.query : "";
  return (
    <SearchField
      class="search"
      name="q"
      label="Search in all documents"
      query={everywhere}
      search={(query) => go({ view: "search", query })}
    />
  );
}

function ConnectionState() {
  const { live } = useServices();
  const before = useRef<Connection>("connecting");
  useSignalEffect(() => {
    const state = live.state.value;
    // Only what a person would want to know: that it was lost, and that it is back.
    if (state === "offline") announce("The connection is lost.");
    if (state === "live" && before.current !== "connecting") announce("The connection is back.");
    before.current = state;
  });
  const state = live.state.value;
  return (
    <span
      class={`connection ${state}`}
      title={CONNECTION[state].more}
      data-testid="connection"
      data-state={state}
    >
      <span class="dot" aria-hidden="true" />
      <span class="wide-only">{CONNECTION[state].label}</span>
    </span>
  );
}

function Account() {
  const { me, auth, api } = useServices();
  const takeRole = async (role: string) => {
    auth.takeRole(role);
    me.value = await ask(api.GET("/me"));
    if (role !== "admin" && route.peek().view === "operator") go({ view: "documents", filter: "all" });
  };
  return (
    <>
      <button type="button" class="button quiet round" popovertarget="account" aria-label="Account">
        <Icon name="person" />
      </button>
      <div id="account" class="popover" popover="auto">
        <p class="account-who">{me.value.email ?? "Signed in"}</p>
        <p class="account-role">{me.value.role}</p>
        {auth.roles.length > 0 && (
          <Choice
            legend="Try as"
            name="role"
            options={auth.roles}
            chosen={me.value.role}
            onChoose={(role) => void takeRole(role)}
          />
        )}
        <Choice
          legend="Appearance"
          name="theme"
          options={["auto", "light", "dark"]}
          chosen={theme.value}
          onChoose={(chosen) => {
            theme.value = chosen as Theme;
          }}
        />
        <div class="popover-actions">
          <a
            class="button"
            href={hrefTo({ view: "settings" })}
            onClick={() => document.getElementById("account")?.hidePopover()}
          >
            Settings
          </a>
          <button
            type="button"
            class="button"
            onClick={() => {
              document.getElementById("account")?.hidePopover();
              helpShown.value = true;
            }}
          >
            Keys
          </button>
          {auth.way !== "none" && (
            <button type="button" class="button" onClick={() => void auth.signOut()}>
              Sign out
            </button>
          )}
        </div>
      </div>
    </>
  );
}

interface ChoiceProps {
  legend: string;
  name: string;
  options: readonly string[];
  chosen: string;
  onChoose(option: string): void;
}

function Choice({ legend, name, options, chosen, onChoose }: ChoiceProps) {
  return (
    <fieldset class="choice">
      <legend>{legend}</legend>
      <div class="segments">
        {options.map((option) => (
          <label key={option}>
            <input
              type="radio"
              name={name}
              value={option}
              checked={option === chosen}
              onChange={() => onChoose(option)}
            />
            <span>{option}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
