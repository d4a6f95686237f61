/** Supabase: e-mail and password, by its own library. Loaded when it is needed. */

import { signal } from "@preact/signals";
import { GoTrueClient } from "@supabase/auth-js";
import type { AuthConfig } from "../config";
import { type Auth, type AuthState, SignedOutError } from "./auth";

export class SupabaseAuth implements Auth {
  readonly state = signal<AuthState>("starting");
  readonly way = "password";
  readonly roles = [];
  readonly #client: GoTrueClient;

  constructor(config: Extract<AuthConfig, { kind: "supabase" }>) {
    this.#client = new GoTrueClient({
      url: `${config.url.replace(/\/$/, "")}/auth/v1`,
      headers: { apikey: config.anon_key },
      storageKey: "docpipe.supabase",
      autoRefreshToken: true,
      persistSession: true,
      storage: sessionStorage,
    });
    this.#client.onAuthStateChange((_event, session) => {
      this.state.value = session ? "signed-in" : "signed-out";
    });
  }

  async start(): Promise<void> {
    const { data } = await this.#client.getSession();
    this.state.value = data.session ? "signed-in" : "signed-out";
  }

  async signIn(email = "", password = ""): Promise<void> {
    const { error } = await this.#client.signInWithPassword({ email, password });
    if (error) throw new Error(`${error.message}. Check the address and the password.`);
  }

  async signOut(): Promise<void> {
    await this.#client.signOut({ scope: "local" });
  }

  async token(fresh = false): Promise<string> {
    const { data } = fresh ? await this.#client.refreshSession() : await this.#client.getSession();
    if (!data.session) {
      this.state.value = "signed-out";
      throw new SignedOutError();
    }
    return data.session.access_token;
  }

  takeRole(): void {}
}
