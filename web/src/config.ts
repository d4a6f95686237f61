/** What a deployment tells the page: `config.json` beside it. */

export type AuthConfig =
  | { kind: "local"; token_url: string }
  | { kind: "oidc"; issuer: string; client_id: string; scope?: string; token?: "id_token" | "access_token" }
  | { kind: "supabase"; url: string; anon_key: string }
  | { kind: "host"; origin: string };

export interface Config {
  /** Where the HTTP API is: a path on this host, or an address. */
  api_base: string;
  /** Where the WebSocket is: a path on this host, or an address. Null: there is none, and the page polls. */
  websocket_url: string | null;
  auth: AuthConfig;
}

/**
 * Fetch the configuration.
 *
 * @throws Error with a sentence for whoever set the page up.
 */
export async function loadConfig(address = `${import.meta.env.BASE_URL}config.json`): Promise<Config> {
  const answer = await fetch(address, { cache: "no-cache" });
  if (!answer.ok) throw new Error(`The page has no config.json beside it (HTTP ${answer.status}).`);
  let config: Partial<Config>;
  try {
    config = await answer.json();
  } catch {
    throw new Error("The config.json beside the page is not JSON.");
  }
  if (typeof config.api_base !== "string" || typeof config.auth?.kind !== "string") {
    throw new Error("The config.json beside the page lacks api_base or auth.");
  }
  return { websocket_url: null, ...config } as Config;
}

/** A path on this host as the address of a WebSocket; an address as it is. */
export function websocketAddress(url: string, page: string): string {
  const address = new URL(url, page);
  address.protocol = address.protocol.replace(/^http/, "ws");
  return address.href;
}
