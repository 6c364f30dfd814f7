import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** The till's page over a made-up till in the page itself, to look at every screen. Never shipped. */
export default defineConfig({
  root: 'dev',
  plugins: [svelte({ configFile: false, compilerOptions: { runes: true } })],
  server: { port: 5174, fs: { allow: ['..'] } },
});
