/** Starts the page: configuration, signing in, then the views. */

import "@fontsource-variable/figtree/index.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/documents.css";
import "./styles/viewer.css";
import "./styles/operator.css";
import "./app/theme";
import { render } from "preact";
import { sentence } from "./api/client";
import { App } from "./app/App";
import { followAddress } from "./app/routes";
import { Trouble } from "./app/Trouble";
import { authFor } from "./auth";
import { loadConfig } from "./config";

const root = document.getElementById("app") as HTMLElement;

try {
  const config = await loadConfig();
  const auth = await authFor(config.auth);
  await auth.start();
  followAddress();
  render(<App config={config} auth={auth} />, root);
} catch (error) {
  render(<Trouble what={sentence(error)} />, root);
}
