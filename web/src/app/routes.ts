/** Where the page is: kept after the `#`, so that it works on any host and under any path, and reaches no log. */

import { signal } from "@preact/signals";
import { FILTERS, type Filter } from "../documents/status";

export type Route =
  | { view: "documents"; filter: Filter }
  | { view: "batch"; id: string }
  | { view: "document"; id: string; page: number | null; query: string }
  | { view: "search"; query: string }
  | { view: "settings" }
  | { view: "webhooks" }
  | { view: "operator" };

export function parseRoute(hash: string): Route {
  const [path = "", search = ""] = hash.replace(/^#/, "").split("?");
  const query = new URLSearchParams(search);
  const [first, id] = path.split("/").filter(Boolean).map(decoded);
  if (first === "documents" && id) return { view: "document", id, ...placeIn(query) };
  if (first === "batches" && id) return { view: "batch", id };
  if (first === "search") return { view: "search", query: query.get("q") ?? "" };
  if (first === "settings" && id === "webhooks") return { view: "webhooks" };
  if (first === "settings") return { view: "settings" };
  if (first === "operator") return { view: "operator" };
  const filter = query.get("show") ?? "all";
  return { view: "documents", filter: filter in FILTERS ? (filter as Filter) : "all" };
}

function placeIn(query: URLSearchParams): { page: number | null; query: string } {
  const page = Number.parseInt(query.get("page") ?? "", 10);
  return { page: page > 0 ? page : null, query: query.get("q") ?? "" };
}

export function hrefTo(route: Route): string {
  switch (route.view) {
    case "documents":
      return route.filter === "all" ? "#/" : `#/?show=${route.filter}`;
    case "batch":
      return `#/batches/${encodeURIComponent(route.id)}`;
    case "document": {
      const query = new URLSearchParams();
      if (route.page) query.set("page", String(route.page));
      if (route.query) query.set("q", route.query);
      return `#/documents/${encodeURIComponent(route.id)}${query.size ? `?${query}` : ""}`;
    }
    case "search":
      return `#/search?${new URLSearchParams({ q: route.query })}`;
    case "settings":
      return "#/settings";
    case "webhooks":
      return "#/settings/webhooks";
    case "operator":
      return "#/operator";
  }
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
