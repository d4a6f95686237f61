/** Starts the page: configuration, signing in, then the views. */

import "@fontsource-variable/figtree/index.css";
import "./styles/tokens.css";
import "./styles/elements.css";
import "./styles/controls.css";
import "./styles/parts.css";
import "./styles/frame.css";
import "./styles/account.css";
import "./styles/alone.css";
import "./styles/upload.css";
import "./styles/rows.css";
import "./styles/search.css";
import "./styles/settings.css";
import "./styles/document.css";
import "./styles/page.css";
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
