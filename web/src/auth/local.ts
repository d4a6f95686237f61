/** A runtime on one machine: it hands its own tokens to whoever can reach it. */

import { signal } from "@preact/signals";
import { type Auth, type AuthState, SignedOutError } from "./auth";

const ROLES = ["member", "premium", "admin"] as const;
const KEY = "docpipe.role";
/** A token is replaced when less than this is left of it. */
const SPARE_MS = 60_000;

export class LocalAuth implements Auth {
  readonly state = signal<AuthState>("starting");
  readonly way = "none";
  readonly roles = ROLES;
  #held: { token: string; until: number } | null = null;

  constructor(private readonly tokenUrl: string) {}

  async start(): Promise<void> {
    this.state.value = "signed-in";
  }

  async signIn(): Promise<void> {
    this.state.value = "signed-in";
  }

  async signOut(): Promise<void> {
    this.#held = null;
    this.state.value = "signed-out";
  }

  async token(fresh = false): Promise<string> {
    if (this.state.value !== "signed-in") throw new SignedOutError();
    if (this.#held && !fresh && Date.now() < this.#held.until) return this.#held.token;
    const role = sessionStorage.getItem(KEY) ?? ROLES[0];
    const address = new URL(this.tokenUrl, location.href);
    address.searchParams.set("role", role);
    const answer = await fetch(address, { cache: "no-store" });
    if (!answer.ok) throw new Error("The local runtime gave no token. See whether ./docpipe up still runs.");
    const { token, expires_in } = await answer.json();
    this.#held = { token, until: Date.now() + expires_in * 1000 - SPARE_MS };
    return token;
  }

  takeRole(role: string): void {
    sessionStorage.setItem(KEY, role);
    this.#held = null;
  }
}
