/** What the views work with, made once somebody is signed in. */

import { type Signal, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { type Api, apiClient, ask, type Me } from "../api/client";
import type { Auth } from "../auth/auth";
import { type Config, websocketAddress } from "../config";
import { DocumentStore } from "../documents/store";
import { askingOf, socketTo, startLive } from "../live/browser";
import type { Asking, LiveClient } from "../live/live";
import { Uploads } from "../uploads/uploads";

export interface Services {
  readonly config: Config;
  readonly auth: Auth;
  readonly api: Api;
  readonly me: Signal<Me>;
  readonly store: DocumentStore;
  readonly asking: Asking;
  readonly live: LiveClient;
  readonly uploads: Uploads;
}

/**
 * Sign in at the API and start to follow the documents.
 *
 * @throws ApiError, SignedOutError
 */
export async function startServices(config: Config, auth: Auth): Promise<Services> {
  const api = apiClient(new URL(config.api_base, location.href).href.replace(/\/$/, ""), auth);
  const me = signal(await ask(api.GET("/me")));
  const store = new DocumentStore();
  const asking = askingOf(api, store);
  const { websocket_url: path } = config;
  const connect = path
    ? (events: Parameters<typeof socketTo>[2]) =>
        socketTo(websocketAddress(path, location.href), auth, events)
    : null;
  const live = startLive(store, asking, connect);
  const uploads = new Uploads(api, store, () => me.peek().limits);
  window.addEventListener("online", () => void uploads.resume());
  window.addEventListener("beforeunload", (event) => {
    if (uploads.busy) event.preventDefault();
  });
  return { config, auth, api, me, store, asking, live, uploads };
}

const Context = createContext<Services | null>(null);

export const ServicesProvider = Context.Provider;

export function useServices(): Services {
  const services = useContext(Context);
  if (!services) throw new Error("There are no services above this view.");
  return services;
}
