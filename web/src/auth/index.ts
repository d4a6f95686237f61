/** The way of signing in that a configuration names; what it needs is loaded then. */

import type { AuthConfig } from "../config";
import type { Auth } from "./auth";
import { HostAuth } from "./host";
import { LocalAuth } from "./local";

export async function authFor(config: AuthConfig): Promise<Auth> {
  switch (config.kind) {
    case "local":
      return new LocalAuth(config.token_url);
    case "host":
      return new HostAuth(config.origin);
    case "oidc":
      return new (await import("./oidc")).OidcAuth(config);
    case "supabase":
      return new (await import("./supabase")).SupabaseAuth(config);
    default:
      throw new Error("The config.json beside the page names a way of signing in that is not known.");
  }
}
