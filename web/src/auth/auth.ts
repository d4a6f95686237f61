/** Signing in: what the page needs of it, whoever does it. */

import type { ReadonlySignal } from "@preact/signals";

export type AuthState = "starting" | "signed-out" | "signed-in";

/** How a person signs in here: by nothing, by a form of ours, or on somebody else's page. */
export type SignInWay = "none" | "password" | "redirect";

export interface Auth {
  readonly state: ReadonlySignal<AuthState>;
  readonly way: SignInWay;
  /** Find out whether somebody is signed in. Called once. */
  start(): Promise<void>;
  /** @throws Error with a sentence for the person, when it is refused. */
  signIn(email?: string, password?: string): Promise<void>;
  signOut(): Promise<void>;
  /**
   * A token for the API.
   *
   * @param fresh ask for a new one: the API refused the last.
   * @throws SignedOutError when nobody is signed in any more.
   */
  token(fresh?: boolean): Promise<string>;
  /** Roles that can be tried, where this is a machine of one's own; empty elsewhere. */
  readonly roles: readonly string[];
  /** Take another role: the next token carries it. */
  takeRole(role: string): void;
}

export class SignedOutError extends Error {
  constructor() {
    super("You are signed out. Sign in again.");
    this.name = "SignedOutError";
  }
}
