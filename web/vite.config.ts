import preact from "@preact/preset-vite";
import { defineConfig } from "vitest/config";

/** Where the dev server finds a runtime: `./docpipe up` keeps one at this address. */
const runtime = process.env.DOCPIPE_API ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [preact({ devToolsEnabled: false, prefreshEnabled: false })],
  base: process.env.DOCPIPE_WEB_BASE ?? "/",
  build: {
    target: "es2022",
    // Content security policies of hosts allow files, not data in addresses.
    assetsInlineLimit: 0,
    manifest: true,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      "/api": { target: runtime },
      "/local": { target: runtime },
      "/config.json": { target: runtime },
      "/ws": { target: runtime, ws: true },
    },
  },
  test: { include: ["tests/**/*.test.ts"] },
});
