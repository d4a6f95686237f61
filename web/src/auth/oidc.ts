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
  /** Where a person comes back to; the issuer knows this very address. */
  readonly #home: string;
  readonly #kind: "id_token" | "access_token";

  constructor(config: Extract<AuthConfig, { kind: "oidc" }>) {
    this.#home = new URL(import.meta.env.BASE_URL, location.href).href;
    this.#kind = config.token ?? "id_token";
    this.#manager = new UserManager({
      authority: config.issuer,
      client_id: config.client_id,
      scope: config.scope ?? "openid email",
      redirect_uri: this.#home,
      post_logout_redirect_uri: this.#home,
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
    // Cognito takes these two, in place of the parameters of the standard.
    const extraQueryParams = { client_id: this.#manager.settings.client_id, logout_uri: this.#home };
    await this.#manager.signoutRedirect({ extraQueryParams }).catch(() => this.#manager.removeUser());
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
