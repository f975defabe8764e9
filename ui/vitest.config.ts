import tailwindcss from "@tailwindcss/vite";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { commands, coreBridge } from "./tests/core/node.ts";

export default defineConfig({
  plugins: [svelte(), tailwindcss(), coreBridge()],
  // A library that is only found while a test runs makes Vite reload the page under it.
  optimizeDeps: { entries: ["src/**/*.{svelte,ts}", "tests/**/*.test.ts"], include: ["bits-ui", "axe-core"] },
  test: {
    include: ["tests/**/*.test.ts"],
    testTimeout: 20_000,
    // Two pages at a time; one leaves a core idle while it waits.
    maxWorkers: 2,
    // On a busy machine the core takes longer than the usual second to record a request and to announce it.
    expect: { poll: { timeout: 10_000 } },
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      commands,
      provider: playwright({
        launchOptions: {
          executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
          args: ["--no-sandbox"],
        },
      }),
      instances: [{ browser: "chromium", viewport: { width: 1240, height: 820 } }],
    },
  },
});
