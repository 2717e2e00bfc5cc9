import { defineConfig } from "vite";

// One file for one script tag. Browsers of 2024 and later: older ones know no light-dark().
export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    lib: { entry: "src/main.ts", formats: ["iife"], name: "refundWidget", fileName: () => "refund-widget.js" },
    target: "es2022",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    outDir: "build",
    rolldownOptions: {
      output: { postBanner: "/*! With Preact and Socket.IO (MIT): licences in widget-licences.txt beside this script. */" },
    },
  },
});
