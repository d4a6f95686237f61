/** The whole page: who is signed in, and which view is shown. */

import { useSignal, useSignalEffect } from "@preact/signals";
import { sentence } from "../api/client";
import { type Auth, SignedOutError } from "../auth/auth";
import { later } from "../components/later";
import { Starting } from "../components/Starting";
import type { Config } from "../config";
import { Batch } from "../views/batch/Batch";
import { DocumentView } from "../views/document/DocumentView";
import { Documents } from "../views/documents/Documents";
import { DropTarget } from "../views/documents/DropTarget";
import { SignIn } from "../views/SignIn";
import { Search } from "../views/search/Search";
import { Settings } from "../views/settings/Settings";
import { announcement } from "./announce";
import { Header } from "./Header";
import { KeysHelp } from "./KeysHelp";
import { route } from "./routes";
import { type Services, ServicesProvider, startServices } from "./services";
import { Trouble } from "./Trouble";

const Operator = later(async () => (await import("../views/operator/Operator")).Operator);
const Webhooks = later(async () => (await import("../views/webhooks/Webhooks")).Webhooks);

export function App({ config, auth }: { config: Config; auth: Auth }) {
  const services = useSignal<Services | null>(null);
  const trouble = useSignal<string | null>(null);
  useSignalEffect(() => {
    if (auth.state.value !== "signed-in") {
      services.peek()?.live.stop();
      services.value = null;
      return;
    }
    startServices(config, auth).then(
      (started) => {
        services.value = started;
      },
      (error) => {
        if (!(error instanceof SignedOutError)) trouble.value = sentence(error);
      },
    );
  });
  if (trouble.value) return <Trouble what={trouble.value} />;
  if (auth.state.value !== "signed-in") return <SignIn auth={auth} />;
  if (!services.value) return <Starting />;
  return (
    <ServicesProvider value={services.value}>
      <button type="button" class="skip" onClick={skip}>
        Skip to the content
      </button>
      <Header />
      <main id="main" tabIndex={-1}>
        <View />
      </main>
      <DropTarget />
      <KeysHelp />
      <div class="unseen" aria-live="polite" data-testid="announcement">
        {announcement.value}
      </div>
    </ServicesProvider>
  );
}

function View() {
  const at = route.value;
  switch (at.view) {
    case "documents":
      return <Documents filter={at.filter} />;
    case "batch":
      return <Batch key={at.id} id={at.id} />;
    case "document":
      return <DocumentView key={at.id} id={at.id} page={at.page} query={at.query} within={!!at.within} />;
    case "search":
      return <Search key={`${at.within} ${at.query}`} query={at.query} within={at.within ?? null} />;
    case "settings":
      return <Settings />;
    case "webhooks":
      return <Webhooks />;
    case "operator":
      return <Operator />;
  }
}

function skip(): void {
  document.getElementById("main")?.focus();
}
