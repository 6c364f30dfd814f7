import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** The till's page. Office and shop get entries of their own beside it. */
export default defineConfig({
  root: 'src/till',
  base: './',
  plugins: [svelte({ configFile: false, compilerOptions: { runes: true } })],
  server: { port: 5173, strictPort: true, fs: { allow: ['../..'] } },
  build: {
    outDir: '../../dist/till',
    emptyOutDir: true,
    // The web views that tills run on: WebKitGTK 2.40, WebView2, Safari 16.4.
    target: ['safari16.4', 'chrome111'],
    // The content policy allows fonts and pictures from the page itself only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
