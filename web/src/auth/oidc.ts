/** OpenID Connect, Cognito among others: the code flow with PKCE, by oidc-client-ts. Loaded when it is needed. */

import { signal } from "@preact/signals";
import { UserManager, WebStorageStateStore } from "oidc-client-ts";
import type { AuthConfig } from "../config";
import { type Auth, type AuthState, SignedOutError } from "./auth";

const PLACE = "docpipe.place";

export class OidcAuth implements Auth {
  readonly state = signal<AuthState>("starting");
  readonly way = "redirect";
  readonly roles = [];
  readonly #manager: UserManager;
  readonly #kind: "id_token" | "access_token";

  constructor(config: Extract<AuthConfig, { kind: "oidc" }>) {
    const home = new URL(import.meta.env.BASE_URL, location.href).href;
    this.#kind = config.token ?? "id_token";
    this.#manager = new UserManager({
      authority: config.issuer,
      client_id: config.client_id,
      scope: config.scope ?? "openid email",
      redirect_uri: home,
      post_logout_redirect_uri: home,
      // Tokens end with the tab: a shared computer keeps none.
      userStore: new WebStorageStateStore({ store: sessionStorage }),
      automaticSilentRenew: true,
    });
    this.#manager.events.addUserSignedOut(() => this.#signedOut());
    this.#manager.events.addSilentRenewError(() => this.#signedOut());
  }

  async start(): Promise<void> {
    const query = new URLSearchParams(location.search);
    if (query.has("state") && (query.has("code") || query.has("error"))) await this.#comeBack();
    const user = await this.#manager.getUser();
    this.state.value = user && !user.expired ? "signed-in" : "signed-out";
  }

  async signIn(): Promise<void> {
    sessionStorage.setItem(PLACE, location.hash);
    await this.#manager.signinRedirect();
  }

  async signOut(): Promise<void> {
    this.#signedOut();
    await this.#manager.signoutRedirect().catch(() => this.#manager.removeUser());
  }

  async token(fresh = false): Promise<string> {
    const user = fresh ? await this.#manager.signinSilent().catch(() => null) : await this.#manager.getUser();
    const token = user?.[this.#kind];
    if (!user || user.expired || !token) {
      this.#signedOut();
      throw new SignedOutError();
    }
    return token;
  }

  takeRole(): void {}

  /** The person comes back from signing in: the code is turned into tokens, and leaves the address. */
  async #comeBack(): Promise<void> {
    try {
      await this.#manager.signinCallback();
    } catch {
      // Refused, or an old address opened again: whoever it is signs in anew.
    }
    const place = sessionStorage.getItem(PLACE) ?? "";
    sessionStorage.removeItem(PLACE);
    history.replaceState(null, "", location.pathname + place);
  }

  #signedOut(): void {
    this.state.value = "signed-out";
  }
}
