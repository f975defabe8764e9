import { readFileSync } from "node:fs";
import { join } from "node:path";
import tailwindcss from "@tailwindcss/vite";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type ProxyOptions } from "vite";

// The web view allows exactly this. Preview answers with the same rule, so that a break shows before packaging.
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'";

// The secret of the running instance is added here, on the way through, so that the page never holds it.
function bridge(): Record<string, ProxyOptions> {
  const folder = process.env["FOUNDATIONAL_DATA"];
  if (!folder) return {};
  const { url, secret } = JSON.parse(readFileSync(join(folder, "bridge.json"), "utf8")) as {
    url: string;
    secret: string;
  };
  return {
    "/bridge": {
      target: url,
      changeOrigin: true,
      headers: { authorization: `Bearer ${secret}`, origin: url },
    },
  };
}

export default defineConfig({
  base: "./",
  plugins: [svelte(), tailwindcss()],
  clearScreen: false,
  server: {
    host: "127.0.0.1",
    port: 1420,
    strictPort: true,
    proxy: bridge(),
  },
  preview: {
    host: "127.0.0.1",
    port: 1421,
    strictPort: true,
    proxy: bridge(),
    headers: { "content-security-policy": policy },
  },
  build: {
    target: "safari16",
    // Fonts as data addresses would be refused by the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
