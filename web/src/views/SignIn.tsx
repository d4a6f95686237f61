/** Signing in, by a form of ours or on somebody else's page. */

import type { Auth } from "../auth/auth";
import { Note } from "../components/bits";
import { useAction } from "../components/hooks";
import { Starting } from "../components/Starting";

export function SignIn({ auth }: { auth: Auth }) {
  const { busy, problem, run } = useAction();
  if (auth.state.value === "starting") return <Starting />;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    void run(() => auth.signIn(String(form.get("email") ?? ""), String(form.get("password") ?? "")));
  };
  return (
    <main class="alone">
      <h1>Docpipe</h1>
      <p>Turns scans into text that you can read, search and copy.</p>
      <form class="sign-in" onSubmit={submit}>
        {auth.way === "password" && (
          <>
            <label>
              E-mail
              <input name="email" type="email" autocomplete="username" required />
            </label>
            <label>
              Password
              <input name="password" type="password" autocomplete="current-password" required />
            </label>
          </>
        )}
        {problem.value && <Note role="alert">{problem.value}</Note>}
        <button type="submit" class="button primary" disabled={busy.value}>
          Sign in
        </button>
      </form>
    </main>
  );
}
