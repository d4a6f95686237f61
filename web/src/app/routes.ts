/** Where the page is: kept after the `#`, so that it works on any host and under any path, and reaches no log. */

import { signal } from "@preact/signals";
import { FILTERS, type Filter } from "../documents/status";

export type Route =
  | { view: "documents"; filter: Filter }
  | { view: "batch"; id: string }
  | { view: "document"; id: string; page: number | null; query: string; within?: boolean }
  | { view: "search"; query: string; within?: string }
  | { view: "settings" }
  | { view: "webhooks" }
  | { view: "operator" };

export function parseRoute(hash: string): Route {
  const [path = "", search = ""] = hash.replace(/^#/, "").split("?");
  const query = new URLSearchParams(search);
  const [first, id] = path.split("/").filter(Boolean).map(decoded);
  if (first === "documents" && id) return { view: "document", id, ...placeIn(query) };
  if (first === "batches" && id) return { view: "batch", id };
  if (first === "search") return { view: "search", ...searchIn(query) };
  if (first === "settings" && id === "webhooks") return { view: "webhooks" };
  if (first === "settings") return { view: "settings" };
  if (first === "operator") return { view: "operator" };
  const filter = query.get("show") ?? "all";
  return { view: "documents", filter: filter in FILTERS ? (filter as Filter) : "all" };
}

function searchIn(query: URLSearchParams): { query: string; within?: string } {
  const within = query.get("in");
  return { query: query.get("q") ?? "", ...(within ? { within } : {}) };
}

function placeIn(query: URLSearchParams): { page: number | null; query: string; within?: boolean } {
  const page = Number.parseInt(query.get("page") ?? "", 10);
  const within = query.has("in") ? { within: true } : {};
  return { page: page > 0 ? page : null, query: query.get("q") ?? "", ...within };
}

export function hrefTo(route: Route): string {
  switch (route.view) {
    case "documents":
      return route.filter === "all" ? "#/" : `#/?show=${route.filter}`;
    case "batch":
      return `#/batches/${encodeURIComponent(route.id)}`;
    case "document":
      return documentHref(route);
    case "search":
      return `#/search?${new URLSearchParams({ q: route.query, ...(route.within ? { in: route.within } : {}) })}`;
    case "settings":
      return "#/settings";
    case "webhooks":
      return "#/settings/webhooks";
    case "operator":
      return "#/operator";
  }
}

function documentHref({ id, page, query, within }: Extract<Route, { view: "document" }>): string {
  const search = new URLSearchParams();
  if (page) search.set("page", String(page));
  if (query) search.set("q", query);
  if (within) search.set("in", "");
  return `#/documents/${encodeURIComponent(id)}${search.size ? `?${search}` : ""}`;
}

export const route = signal<Route>({ view: "documents", filter: "all" });

/** Go to another place; `replace` leaves the one before out of the history. */
export function go(to: Route, replace = false): void {
  if (replace) {
    history.replaceState(null, "", hrefTo(to));
    route.value = to;
  } else location.hash = hrefTo(to);
}

/** Follow the address from now on. A link of an e-mail (`/documents/…`) becomes a place of this page. */
export function followAddress(): void {
  const base = import.meta.env.BASE_URL;
  const rest = location.pathname.startsWith(base) ? location.pathname.slice(base.length) : "";
  if (/^((documents|batches)\/[^/]+|settings(\/webhooks)?)$/.test(rest))
    history.replaceState(null, "", `${base}#/${rest}${location.search}`);
  const look = () => {
    route.value = parseRoute(location.hash);
  };
  window.addEventListener("hashchange", look);
  look();
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
