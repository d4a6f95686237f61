/**
 * The page inside another one, which has signed the person in already and hands its token over.
 *
 * This page posts `{type: "docpipe:token-wanted", fresh}` to its parent; the parent answers
 * `{type: "docpipe:token", token}`. Only the parent at the configured origin is asked and believed.
 */

import { signal } from "@preact/signals";
import { type Auth, type AuthState, SignedOutError } from "./auth";

const PATIENCE_MS = 10_000;

export class HostAuth implements Auth {
  readonly state = signal<AuthState>("starting");
  readonly way = "none";
  readonly roles = [];
  #token: string | null = null;
  #asked: Promise<string> | null = null;

  constructor(private readonly origin: string) {}

  async start(): Promise<void> {
    await this.signIn().catch(() => undefined);
  }

  async signIn(): Promise<void> {
    await this.token(true);
  }

  async signOut(): Promise<void> {
    this.#token = null;
    this.state.value = "signed-out";
  }

  async token(fresh = false): Promise<string> {
    if (this.#token && !fresh) return this.#token;
    this.#asked ??= this.#ask(fresh).finally(() => {
      this.#asked = null;
    });
    return this.#asked;
  }

  takeRole(): void {}

  async #ask(fresh: boolean): Promise<string> {
    try {
      this.#token = await new Promise<string>((resolve, reject) => {
        const timer = setTimeout(() => reject(new SignedOutError()), PATIENCE_MS);
        const listen = (event: MessageEvent) => {
          if (event.source !== window.parent || event.origin !== this.origin) return;
          if (event.data?.type !== "docpipe:token" || typeof event.data.token !== "string") return;
          clearTimeout(timer);
          window.removeEventListener("message", listen);
          resolve(event.data.token);
        };
        window.addEventListener("message", listen);
        window.parent.postMessage({ type: "docpipe:token-wanted", fresh }, this.origin);
      });
    } catch (error) {
      this.state.value = "signed-out";
      throw error;
    }
    this.state.value = "signed-in";
    return this.#token;
  }
}
