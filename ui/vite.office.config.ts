import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** The office's pages, as the server serves them. */
export default defineConfig({
  root: 'src/office',
  base: '/office/',
  plugins: [svelte({ configFile: false, compilerOptions: { runes: true } })],
  server: {
    port: 5175,
    strictPort: true,
    fs: { allow: ['../..'] },
    // The pages come from here while they are worked on, everything else from a server of one's own.
    proxy: { '/office/api': { target: 'http://127.0.0.1:8080' } },
  },
  build: {
    outDir: '../../dist/office',
    emptyOutDir: true,
    target: ['safari16.4', 'chrome111', 'firefox114'],
    // The content policy allows fonts and pictures from the page's own address only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
